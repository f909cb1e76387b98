"""The emulator's server: requests, routes, and scripted faults."""
