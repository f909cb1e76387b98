"""Sample calls of the rows of ``messages``: data, written by hand from the documentation."""

from __future__ import annotations

from unit.call import Call

MESSAGES: list[Call] = []
