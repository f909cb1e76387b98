"""Routing: how an endpoint is declared, and how its arguments become a request. No I/O."""
