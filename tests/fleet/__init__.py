"""Tests of the fleet: many processes, one account."""
