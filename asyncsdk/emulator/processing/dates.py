"""Dates of uploaded files, in the patterns of Java."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["milliseconds_of"]

_LETTERS = (
    ("EEEE", "%A"),
    ("EEE", "%a"),
    ("MMMM", "%B"),
    ("MMM", "%b"),
    ("MM", "%m"),
    ("dd", "%d"),
    ("yyyy", "%Y"),
    ("yy", "%y"),
)


def milliseconds_of(text: str, pattern: str) -> int | None:
    """A date in Java's letters, at midnight UTC; None if the text is not a date."""
    for java, python in _LETTERS:
        if python.lower() not in pattern.lower():
            pattern = pattern.replace(java, python)
    try:
        return int(datetime.strptime(text.strip(), pattern).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return None
