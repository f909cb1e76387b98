"""Sample calls of the rows of ``custom_data``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

CUSTOM_DATA: list[Call] = []
