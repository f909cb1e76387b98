"""Tests of a queue's journal in Redis."""
