"""The emulator, driven over sockets by a client that is not the library."""
