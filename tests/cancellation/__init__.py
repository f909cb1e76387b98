"""Cancellation: nothing is left of a cancelled call, and nobody else's result is lost."""
