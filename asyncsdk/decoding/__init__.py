"""Decoding: from JSON to models, and from a response to the result of a route."""
