"""Tests of the parts in Redis."""
