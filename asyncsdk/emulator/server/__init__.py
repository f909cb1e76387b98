"""HTTP server of the emulator: tokens, rate limits, routing, decoding of arguments, responses."""
