"""Sample calls of the rows of ``segments``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

SEGMENTS: list[Call] = []
