"""Events of contact queues: from when this process sends the rows of one, its flushes, and what became of rows."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from asyncsdk.telemetry.outcome import Outcome

__all__ = ["FlushEnded", "FlushStarted", "QueueEnded", "QueueLoad", "QueueStarted", "RowsCompleted"]


@frozen
class QueueLoad:
    """Load of a queue."""

    rows: int
    """Addresses that wait or are on their way."""

    oldest: float
    """Seconds since the oldest row was put that has no outcome; 0 if there is none."""


@frozen
class QueueStarted:
    """A queue's rows are sent by this process from now on; of those that share a journal, only one does."""

    queue: int
    """The queue's number, unique in this process."""

    list_id: str
    """The list."""

    load: Callable[[], QueueLoad] = field(repr=False)
    """Gives the load of the queue now; good until ``QueueEnded``, from any thread."""


@frozen
class QueueEnded:
    """A queue's rows are sent by this process no longer."""

    queue: int
    """The number of ``QueueStarted``."""

    list_id: str
    """The list."""


@frozen
class FlushStarted:
    """A flush begins: a file, or a few single rows at the same time."""

    flush: int
    """The flush's number, unique in this process; its calls name it as their ``parent``."""

    queue: int
    """The number of the queue."""

    list_id: str
    """The list."""

    rows: int
    """How many rows are sent."""


@frozen
class FlushEnded:
    """A flush is over: its calls have been answered. Jobs of files go on, and later calls for them name it, too."""

    flush: int
    """The number of ``FlushStarted``."""

    queue: int
    """The number of the queue."""

    list_id: str
    """The list."""

    outcome: Outcome
    """How it ended."""

    error: str | None
    """The name of the error's class that kept rows from being sent; the queue handles it."""

    seconds: float
    """How long it took."""


@frozen
class RowsCompleted:
    """Rows of a queue have their outcome."""

    queue: int
    """The number of the queue."""

    list_id: str
    """The list."""

    fate: str
    """``created``, ``updated``, ``upserted``, ``rejected``, ``failed`` or ``unknown``, as ``PutOutcome`` tells."""

    rows: int
    """How many."""
