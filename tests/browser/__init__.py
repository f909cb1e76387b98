"""Tests of the emulator's console in a real browser, Chromium, over real sockets."""
