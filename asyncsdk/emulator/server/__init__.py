"""HTTP server of the emulator: gateway, routing, decoding of arguments, request log."""
