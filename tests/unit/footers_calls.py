"""Sample calls of the rows of ``footers``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

FOOTERS: list[Call] = []
