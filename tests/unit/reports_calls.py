"""Sample calls of the rows of ``reports``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

REPORTS: list[Call] = []
