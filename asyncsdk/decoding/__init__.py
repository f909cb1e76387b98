"""Decoding: from the JSON of responses to models and results."""
