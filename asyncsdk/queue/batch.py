"""What is on its way together: a file of rows, or a single one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import Final

from attrs import define, field, frozen

from asyncsdk.models.clear import CLEAR
from asyncsdk.queue.entry import Entry

__all__ = [
    "CALLS_OF_A_FILE",
    "HOLD",
    "HOLD_OF_A_CALL",
    "OVERDUE",
    "Batch",
    "Batches",
    "HoldTimes",
    "batches_of",
    "halves",
]

CALLS_OF_A_FILE: Final = 4
"""An upload, and about three looks at its job. Rows that are no more than this go one by one."""

OVERDUE: Final = 30.0
"""Seconds after which the next file may be sent although one is not done: nobody has published whether Act-On
merges two at once as it should, and none that is well takes so long."""

HOLD: Final = 600.0
"""Seconds for which a file may lie at Act-On before it is merged. An assumption: nothing is published."""

HOLD_OF_A_CALL: Final = 15.0
"""The same for a single row, which Act-On saves before it answers."""


@define(eq=False)
class Batch:
    """Entries that are sent together, until it is known what became of them."""

    entries: list[Entry] = field(repr=False)
    is_file: bool
    touched: frozenset[str] | None = None
    """The headings that it writes, empty cells erasing; None: empty cells keep what is there."""

    job_id: str | None = None
    sent_at: float = -inf
    """When it was sent last, by the loop's clock."""

    lands_until: float = -inf
    """Until when, by the time of day, a copy may still arrive whose answer was lost."""

    tries: int = 0
    """How often it was in trouble that may be its own."""

    alone: int = 0
    """How often it was while others were saved."""

    troubled_since: float = inf
    troubled_at: float = inf
    not_before: float = -inf
    paced: bool = False
    """Whether it waits until the day has yielded its calls."""

    @property
    def may_be_there(self) -> bool:
        """Whether it was sent and may have arrived; then it is sent again as it is, or not at all."""
        return self.lands_until > -inf

    def troubled(self, now: float, others_saved_at: float) -> None:
        """It was not saved; perhaps that is its own fault."""
        self.tries += 1
        if others_saved_at > self.troubled_at:
            self.alone += 1
        self.troubled_at = now
        self.troubled_since = min(now, self.troubled_since)


@frozen
class HoldTimes:
    """Seconds for which a copy whose answer was lost may still arrive; None: what the module says."""

    of_a_file: float | None = None
    of_a_call: float | None = None

    def seconds(self, *, is_file: bool) -> float:
        """Those of a file, or of a single row."""
        if is_file:
            return HOLD if self.of_a_file is None else self.of_a_file
        return HOLD_OF_A_CALL if self.of_a_call is None else self.of_a_call


class Batches:
    """Those that are to be sent, and those whose jobs are followed.

    Args:
        hold: for how long a lost copy may still arrive.
    """

    def __init__(self, hold: HoldTimes) -> None:
        self._hold = hold
        self.ready: list[Batch] = []
        self.followed: set[Batch] = set()
        self.to_follow: list[Batch] = []
        """Files with jobs that an earlier queue has begun and that nobody follows yet."""

    def may_land_until(self, flight: Batch, sent: float) -> float:
        """Until when one of its copies may arrive, if one was sent at this time of day and was lost."""
        return max(flight.lands_until, sent + self._hold.seconds(is_file=flight.is_file))

    def recover(self, followed: Iterable[Batch], lost: Iterable[Batch], now: float) -> None:
        """Take in what an earlier queue was about, at this time of the loop's clock.

        Args:
            followed: files with jobs.
            lost: batches whose answers were lost: they are sent again as they are.
            now: the time.
        """
        for flight in (jobs := list(followed)):
            flight.sent_at = now
        for flight in (ready := list(lost)):
            flight.sent_at = now
        self.to_follow.extend(jobs)
        self.ready.extend(ready)

    def taken_to_follow(self) -> list[Batch]:
        """The files whose jobs are to be followed from now on."""
        taken, self.to_follow = self.to_follow, []
        return taken

    def open_files(self) -> list[Batch]:
        """The files that Act-On has, or may have."""
        return [flight for flight in (*self.followed, *self.ready) if flight.is_file and flight.sent_at > -inf]

    @property
    def all_ended(self) -> bool:
        """Whether nothing is to be sent, and nothing followed."""
        return not (self.ready or self.followed or self.to_follow)


def batches_of(entries: Iterable[Entry]) -> list[Batch]:
    """Entries by what a file of them would write; those that failed before stay among themselves."""
    found: dict[tuple[frozenset[str] | None, bool], list[Entry]] = {}
    for entry in entries:
        touched = frozenset(entry.cells) if CLEAR in entry.cells.values() else None
        found.setdefault((touched, entry.attempts > 0), []).append(entry)
    return [flight for (touched, _), group in found.items() for flight in _together(group, touched)]


def _together(entries: Sequence[Entry], touched: frozenset[str] | None) -> list[Batch]:
    if len(entries) > CALLS_OF_A_FILE:
        return [Batch(list(entries), True, touched)]
    return [Batch([entry], False, touched) for entry in entries]


def halves(flight: Batch) -> list[Batch]:
    """A file that Act-On does not take, in parts: a few rows by themselves, to see how they fare, and halves."""
    few, rest = flight.entries[:CALLS_OF_A_FILE], flight.entries[CALLS_OF_A_FILE:]
    half = (len(rest) + 1) // 2
    parts = [part for piece in (few, rest[:half], rest[half:]) for part in _together(piece, flight.touched)]
    for part in parts:
        part.lands_until = flight.lands_until
        part.paced = part.is_file
    return parts
