"""Commands: a module for each, and the parts that one of them needs."""
