"""Sample calls of the rows of ``audience``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

AUDIENCE: list[Call] = []
