"""HTTP request and response values of the emulator, and its JSON parser."""
