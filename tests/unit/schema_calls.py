"""Sample calls of the rows of ``schema``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

SCHEMA: list[Call] = []
