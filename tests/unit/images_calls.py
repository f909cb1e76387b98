"""Sample calls of the rows of ``images``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

IMAGES: list[Call] = []
