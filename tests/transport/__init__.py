"""Attempts over real sockets: connections, faults, bodies, and answers of any kind."""
