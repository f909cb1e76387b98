"""Batch: rows that are sent together, as a file or as a single row."""

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
    "split",
]

CALLS_OF_A_FILE: Final = 4
"""Calls of a file: the upload, and about three polls of its job. So few rows are sent one by one."""

OVERDUE: Final = 30.0
"""Seconds after which the next file may be sent although one is not done: nobody has published whether Act-On
merges two files at once correctly, and a job without trouble is done sooner."""

HOLD: Final = 600.0
"""Seconds for which a file may lie at Act-On before it is merged, and for which an address is held at the most. An
assumption: nothing is published."""

HOLD_OF_A_CALL: Final = 15.0
"""The same for a single row, which Act-On saves before it responds."""


@define(eq=False)
class Batch:
    """Entries that are sent together, until their outcome is known."""

    entries: list[Entry] = field(repr=False)
    is_file: bool
    touched: frozenset[str] | None = None
    """The headings that it writes, empty cells erasing; None: empty cells keep what is there."""

    job_id: str | None = None
    sent_at: float = -inf
    """When it was sent last, by the loop's clock."""

    may_arrive_until: float = -inf
    """Time of day until which a copy whose answer was lost may still arrive."""

    tries: int = 0
    """How often it failed, perhaps because of its own rows."""

    failed_alone: int = 0
    """How often it failed while others were saved."""

    failing_since: float = inf
    failed_at: float = inf
    not_before: float = -inf
    paced: bool = False
    """Whether it waits until enough calls of the day are free for it."""

    @property
    def may_have_arrived(self) -> bool:
        """Whether it was sent and may have arrived; then it is sent again unchanged, or not at all."""
        return self.may_arrive_until > -inf

    def record_failure(self, now: float, others_saved_at: float) -> None:
        """Count a failure to save it, which its own rows may have caused."""
        self.tries += 1
        if others_saved_at > self.failed_at:
            self.failed_alone += 1
        self.failed_at = now
        self.failing_since = min(now, self.failing_since)


@frozen
class HoldTimes:
    """Seconds for which a copy whose answer was lost may still arrive; None: ``HOLD`` or ``HOLD_OF_A_CALL``."""

    of_a_file: float | None = None
    of_a_call: float | None = None

    def seconds(self, *, is_file: bool) -> float:
        """The seconds for a file, or for a single row."""
        if is_file:
            return HOLD if self.of_a_file is None else self.of_a_file
        return HOLD_OF_A_CALL if self.of_a_call is None else self.of_a_call


class Batches:
    """The batches of a queue: those that are to be sent, and those whose jobs are followed.

    Args:
        hold: for how long a lost copy may still arrive.
    """

    def __init__(self, hold: HoldTimes) -> None:
        self._hold = hold
        self.ready: list[Batch] = []
        self.followed: set[Batch] = set()
        self.to_follow: list[Batch] = []
        """Files with jobs that an earlier queue has begun and that nobody follows yet."""

    def arrival_deadline(self, batch: Batch, sent: float) -> float:
        """Until when a copy of the batch may arrive that was sent at this time of day and whose answer was lost."""
        return max(batch.may_arrive_until, sent + self._hold.seconds(is_file=batch.is_file))

    def recover(self, followed: Iterable[Batch], lost: Iterable[Batch], now: float) -> None:
        """Add the batches of an earlier queue.

        Args:
            followed: files with jobs.
            lost: batches whose answers were lost: they are sent again unchanged.
            now: the time of the loop's clock.
        """
        for batch in (jobs := list(followed)):
            batch.sent_at = now
        for batch in (ready := list(lost)):
            batch.sent_at = now
        self.to_follow.extend(jobs)
        self.ready.extend(ready)

    def taken_to_follow(self) -> list[Batch]:
        """The files whose jobs are to be followed from now on."""
        taken, self.to_follow = self.to_follow, []
        return taken

    def open_files(self) -> list[Batch]:
        """The files that Act-On has, or may have."""
        return [batch for batch in (*self.followed, *self.ready) if batch.is_file and batch.sent_at > -inf]

    @property
    def all_ended(self) -> bool:
        """Whether no batch is to be sent, and no job is followed."""
        return not (self.ready or self.followed or self.to_follow)


def batches_of(entries: Iterable[Entry]) -> list[Batch]:
    """Batches of entries that write the same columns; entries that failed before are kept apart."""
    found: dict[tuple[frozenset[str] | None, bool], list[Entry]] = {}
    for entry in entries:
        touched = frozenset(entry.cells) if CLEAR in entry.cells.values() else None
        found.setdefault((touched, entry.attempts > 0), []).append(entry)
    return [batch for (touched, _), group in found.items() for batch in _together(group, touched)]


def _together(entries: Sequence[Entry], touched: frozenset[str] | None) -> list[Batch]:
    if len(entries) > CALLS_OF_A_FILE:
        return [Batch(list(entries), True, touched)]
    return [Batch([entry], False, touched) for entry in entries]


def split(batch: Batch) -> list[Batch]:
    """Split a file that Act-On refuses: a few single rows, to try them, and two halves of the rest."""
    few, rest = batch.entries[:CALLS_OF_A_FILE], batch.entries[CALLS_OF_A_FILE:]
    half = (len(rest) + 1) // 2
    parts = [part for piece in (few, rest[:half], rest[half:]) for part in _together(piece, batch.touched)]
    for part in parts:
        part.may_arrive_until = batch.may_arrive_until
        part.paced = part.is_file
    return parts
