"""Sample calls of the rows of ``transactional``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

TRANSACTIONAL: list[Call] = []
