"""Sample calls of every route, a module for each namespace."""
