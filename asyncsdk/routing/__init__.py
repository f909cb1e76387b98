"""Routing: declares endpoints as typed prototypes, and turns arguments into requests. No I/O."""
