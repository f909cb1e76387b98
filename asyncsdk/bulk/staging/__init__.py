"""Staging area: the whole input on disk as it will be sent, with duplicates merged."""
