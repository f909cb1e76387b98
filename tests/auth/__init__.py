"""Tokens: grants, renewal, logins that fail, and the stores that keep tokens."""
