"""Answers of Redis: what a queue's journal takes from them, and the error for what nobody understands."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final, cast

from asyncsdk.errors import StoreFailed
from asyncsdk.fleet.queue_journal.codec import DAMAGES

__all__ = ["entry_of", "list_of", "loose_text", "understood"]

_ROW: Final = (b"row", "row")


@contextmanager
def understood(place: str) -> Generator[None]:
    """Read an answer.

    Raises:
        StoreFailed: it has another shape than Redis gives.
    """
    try:
        yield
    except DAMAGES:
        failed = True
    else:
        failed = False
    if failed:
        raise StoreFailed(f"Redis at {place} gives an answer that nobody understands: is it a Redis?")


def list_of(value: object) -> Sequence[object]:
    """A list that Redis gives."""
    if not isinstance(value, list):
        raise TypeError
    return cast("Sequence[object]", value)


def loose_text(value: object) -> str:
    """A text that Redis gives, or nearly that."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def entry_of(found: object) -> tuple[str, object]:
    """The id of an entry of the stream, and the text of its row; None where it has none."""
    row_id, told = list_of(found)
    parts = list_of(told)
    fields = zip(parts[::2], parts[1::2], strict=True)
    return loose_text(row_id), next((value for name, value in fields if name in _ROW), None)
