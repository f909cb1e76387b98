"""The emulator's state: tokens, and the limits by which it counts calls."""
