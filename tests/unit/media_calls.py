"""Sample calls of the rows of ``media``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

MEDIA: list[Call] = []
