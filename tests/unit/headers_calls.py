"""Sample calls of the rows of ``headers``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

HEADERS: list[Call] = []
