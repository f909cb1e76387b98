"""Webhooks are verified and read."""
