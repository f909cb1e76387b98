"""What the emulator does at each route, a module for each namespace."""
