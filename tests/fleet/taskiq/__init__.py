"""Tests of tasks for many workers."""
