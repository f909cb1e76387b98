"""Example data of an emulated account."""
