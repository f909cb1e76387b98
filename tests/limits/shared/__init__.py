"""Limits that processes share."""
