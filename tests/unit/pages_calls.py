"""Sample calls of the rows of ``pages``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

PAGES: list[Call] = []
