"""Sample calls of the rows of ``imports``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

IMPORTS: list[Call] = []
