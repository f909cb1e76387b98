"""Send decision: what a queue sends next, or until when it waits. A pure function: it needs no loop and no clock.

::

    nothing may be sent yet            -> Wait        until the first of them may
    rows may go, and it is their turn  -> TakeRows    from those that wait
    a batch may go                     -> Send        it alone if it is a file, else a few single rows together

Where both rows and batches that failed may go, they take turns, so that neither waits for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Final, TypeAlias

from attrs import frozen

from asyncsdk.queue.batch import CALLS_OF_A_FILE, OVERDUE, Batch

__all__ = ["Decision", "Send", "Situation", "TakeRows", "Triggers", "Wait", "next_batch", "sent_together"]

OPEN_FILES: Final = 4
"""Files whose jobs are not done, at the most; while there are so many, rows go one by one."""

LOOK_AGAIN: Final = 60.0
"""Seconds after which it is asked again how many calls are left."""


@frozen
class Triggers:
    """Triggers of a send."""

    size: int
    """The number of waiting rows that triggers a send."""

    age: float
    """The seconds that the oldest row may wait."""


@frozen
class Send:
    """These batches are sent now, at the same time."""

    batches: Sequence[Batch]


@frozen
class TakeRows:
    """Rows that wait become batches now."""

    most: int | None
    """How many, the oldest first; None: all."""


@frozen
class Wait:
    """Nothing may be sent before this time of the loop's clock; None: before something changes."""

    until: float | None


Decision: TypeAlias = Send | TakeRows | Wait


@frozen
class Situation:
    """All that the decision depends on; times are the loop's."""

    triggers: Triggers
    rows: int = 0
    """Rows that wait."""

    oldest: float = inf
    """When the oldest of them was put."""

    ready: Sequence[Batch] = ()
    """Batches that wait to be sent, most of them for another time."""

    open_files: Sequence[Batch] = ()
    """Files that were sent and whose end is not known; some may be ready to be sent again."""

    failed_until: float = -inf
    """The time until which failed batches wait."""

    all_wait_until: float = -inf
    """The time until which all rows wait."""

    paid_at: float = -inf
    """When the day has yielded the calls of what was sent last."""

    released_at: float = inf
    """When rows may go whose addresses are held."""

    flush_asked: bool = False
    """Whether rows are to be sent at any age."""

    draining: bool = False
    """Whether the queue closes: neither age nor pacer counts."""

    rows_went_last: bool = False
    """Whether the last time rows were sent that had waited, and no batch that was ready."""

    @property
    def is_crowded(self) -> bool:
        """Whether no further file may be sent."""
        return len(self.open_files) >= OPEN_FILES

    def file_slot(self, batch: Batch | None = None) -> float:
        """When a file may be sent, as far as the other files go."""
        return max((each.sent_at + OVERDUE for each in self.open_files if each is not batch), default=-inf)

    def rows_due(self) -> float:
        """When rows that wait may go; infinity: there are none."""
        if not self.rows:
            return inf
        due = [self.all_wait_until]
        if self.rows > CALLS_OF_A_FILE and not self.is_crowded:
            due.append(self.file_slot())
        if not self.draining:
            due.append(self.paid_at)
            if self.rows < self.triggers.size and not self.flush_asked:
                due.append(self.oldest + self.triggers.age)
        return max(due)

    def batch_due(self, batch: Batch) -> float:
        """When a batch that is ready may go."""
        due = [self.failed_until, batch.not_before]
        if batch.is_file:
            due.append(self.file_slot(batch))
        if batch.paced and not self.draining:
            due.append(self.paid_at)
        return max(due)


def next_batch(situation: Situation, now: float) -> Decision:
    """Decide what is sent at this time of the loop's clock."""
    ready = [batch for batch in situation.ready if situation.batch_due(batch) <= now]
    if situation.rows_due() <= now and not (ready and situation.rows_went_last):
        return TakeRows(CALLS_OF_A_FILE if situation.is_crowded else None)
    return Send(sent_together(ready)) if ready else Wait(_wait_until(situation, now))


def sent_together(batches: Sequence[Batch]) -> Sequence[Batch]:
    """The batches to send now, of those that may go: the first if it is a file, else a few single rows."""
    first = batches[:1]
    if any(batch.is_file for batch in first):
        return first
    return [batch for batch in batches if not batch.is_file][:CALLS_OF_A_FILE]


def _wait_until(situation: Situation, now: float) -> float | None:
    due = min(situation.rows_due(), situation.released_at, *map(situation.batch_due, situation.ready), inf)
    if due == inf and not situation.rows and not situation.ready:
        return None
    return max(min(due, now + LOOK_AGAIN), now)
