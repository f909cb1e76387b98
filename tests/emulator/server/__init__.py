"""The emulator's server: requests, limits, tokens, scripted faults, and the program."""
