"""Sample calls of the rows of ``logos``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

LOGOS: list[Call] = []
