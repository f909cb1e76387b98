"""Sample calls of the rows of ``forms``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

FORMS: list[Call] = []
