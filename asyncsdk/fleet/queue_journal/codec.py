"""Codec of a queue's journal in Redis: rows, marks and outcomes as JSON, and the times in them by Redis's clock.

Every time that is kept is a whole number of microseconds by the clock of Redis, which all processes share. A sender
reads them as its own time of day, with the difference that it has measured once: so order and ages are right also
where the clocks of machines differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Final, TypeAlias, cast, get_args

from attrs import frozen

from asyncsdk.models.clear import CLEAR, Clear
from asyncsdk.queue.entry import Cells, Entry
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.results import Fate, PutOutcome, UnsavedRow
from asyncsdk.redaction import message_text

__all__ = [
    "DAMAGES",
    "Mark",
    "TermClock",
    "decode_mark",
    "decode_outcome",
    "decode_row",
    "decode_unsaved",
    "encode_mark",
    "encode_outcome",
    "encode_put",
    "encode_row",
    "encode_unsaved",
    "id_of",
    "number_of",
    "number_or_zero",
    "put_micros",
    "row_of_put",
    "text_of",
    "tickets_of",
    "whole_number",
]

DAMAGES: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError)
"""Errors of reading what is damaged; their messages may hold addresses."""

_SEQUENCE_BITS: Final = 20
_MOST_DIGITS: Final = 18

_LONGEST: Final = 1 << 22
"""Characters of one value: a longer one was not written here."""

_FATES: Final = frozenset(get_args(Fate))

Mark: TypeAlias = tuple[str | None, float | None]
"""The job of a row that is on its way, and until when it may arrive by the time of day; each may be None."""


@frozen
class TermClock:
    """How a sender's time of day and the clock of Redis differ."""

    ahead: float
    """Seconds that the time of day is ahead."""

    def wall(self, micros: object) -> float:
        """A kept time as a time of day."""
        if not isinstance(micros, int):
            raise TypeError
        return micros / 1e6 + self.ahead

    def micros(self, wall: float) -> int:
        """A time of day as it is kept."""
        return round((wall - self.ahead) * 1e6)


def number_of(row_id: object) -> int:
    """The number of the row with this id."""
    milliseconds, _, sequence = text_of(row_id).partition("-")
    if whole_number(sequence) >> _SEQUENCE_BITS:
        raise ValueError
    return whole_number(milliseconds) << _SEQUENCE_BITS | whole_number(sequence)


def id_of(number: int) -> str:
    """The id of the row with this number."""
    return f"{number >> _SEQUENCE_BITS}-{number & ((1 << _SEQUENCE_BITS) - 1)}"


def put_micros(number: int) -> int:
    """When the row with this number was put, as times are kept."""
    return (number >> _SEQUENCE_BITS) * 1_000


def text_of(value: object) -> str:
    """A text that Redis gives."""
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, str):
        raise TypeError
    return value


def whole_number(value: object) -> int:
    """A whole number that Redis gives as a text."""
    text = text_of(value)
    if not (text.isascii() and text.isdecimal()) or len(text) > _MOST_DIGITS:
        raise ValueError
    return int(text)


def number_or_zero(value: object) -> int:
    """A whole number that Redis gives as a text; 0 where it has none, or something else."""
    try:
        return whole_number(value)
    except DAMAGES:
        return 0


def encode_put(entry: Entry, *, awaited: bool) -> str:
    """A row as it is put."""
    return json.dumps([entry.email, _plain(entry.cells), awaited])


def row_of_put(row_id: object, text: object, time: TermClock) -> JournalRow:
    """A row that was put, and is as it was."""
    number, (email, cells, awaited) = number_of(row_id), _parts(text, 3)
    put_at = time.wall(put_micros(number))
    return JournalRow(number, _text(email), _cells(cells), put_at=put_at, awaited=awaited is True)


def encode_row(row: JournalRow, tickets: Sequence[int], time: TermClock) -> str:
    """A row that the sender writes again, with the ids of those that somebody waits for."""
    times = {heading: time.micros(each) for heading, each in row.times.items()}
    ids = [id_of(ticket) for ticket in tickets]
    return json.dumps([row.email, _plain(row.cells), ids, time.micros(row.put_at), times])


def decode_row(row_id: object, text: object, time: TermClock) -> tuple[JournalRow, tuple[int, ...]]:
    """A row that a sender has written again, and the numbers of those that somebody waited for."""
    number, (email, cells, tickets, put_at, times) = number_of(row_id), _parts(text, 5)
    row = JournalRow(
        number,
        _text(email),
        _cells(cells),
        put_at=time.wall(put_at),
        times={heading: time.wall(each) for heading, each in _mapping(times).items()},
    )
    return row, tuple(number_of(ticket) for ticket in _list(tickets))


def tickets_of(row: str) -> list[str]:
    """The ids of those that somebody waits for, of a row that was written here."""
    return [_text(each) for each in _list(_parts(row, 5)[2])]


def encode_mark(mark: Mark, time: TermClock) -> str:
    """What is known of a row that is on its way."""
    job, until = mark
    return json.dumps([job, None if until is None or not isfinite(until) else time.micros(until)])


def decode_mark(text: object, time: TermClock) -> Mark:
    """What is known of a row that is on its way."""
    job, until = _parts(text, 2)
    return (None if job is None else _text(job)), (None if until is None else time.wall(until))


def encode_unsaved(row: UnsavedRow) -> str:
    """A row that was given up."""
    return json.dumps([row.email, _plain(row.data), row.fate, row.reason])


def decode_unsaved(text: object) -> UnsavedRow:
    """A row that was given up."""
    email, cells, fate, reason = _parts(text, 4)
    return UnsavedRow(_text(email), _cells(cells), _fate(fate), message_text(_text(reason)))


def encode_outcome(told: PutOutcome | str) -> str:
    """What somebody who waits for a row is told: an outcome, or what keeps the row from being saved."""
    return json.dumps(["", told] if isinstance(told, str) else [told.fate, told.reason])


def decode_outcome(text: object) -> PutOutcome | str:
    """The same, behind the id of the row that was given up, or behind nothing."""
    fate, reason = _parts(text_of(text).partition(" ")[2], 2)
    told = message_text(_text(reason))
    return PutOutcome(_fate(fate), told) if fate else told


def _plain(cells: Mapping[str, str | Clear]) -> dict[str, str | None]:
    return {heading: None if cell is CLEAR else str(cell) for heading, cell in cells.items()}


def _cells(value: object) -> Cells:
    return {heading: CLEAR if cell is None else _text(cell) for heading, cell in _mapping(value).items()}


def _parts(text: object, number: int) -> list[object]:
    """The parts of what is kept as a list of so many."""
    told = text_of(text)
    if len(told) > _LONGEST:
        raise ValueError
    found = _list(json.loads(told))
    if len(found) != number:
        raise ValueError
    return found


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError
    return cast("list[object]", value)


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return cast("dict[str, object]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _fate(value: object) -> Fate:
    if value not in _FATES:
        raise ValueError
    return cast("Fate", value)
