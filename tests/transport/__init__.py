"""Behaviour of a session over real sockets: tokens, limits, retries, jobs and closing."""
