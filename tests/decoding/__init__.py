"""Decoding of answers into models."""
