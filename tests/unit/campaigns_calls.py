"""Sample calls of the rows of ``campaigns``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

CAMPAIGNS: list[Call] = []
