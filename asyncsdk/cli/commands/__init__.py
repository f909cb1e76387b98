"""Commands: a module for each."""
