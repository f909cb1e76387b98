"""Dead letter: a task that is not run again by itself, with its story; and where such letters are put."""

from __future__ import annotations

from typing import Protocol

from attrs import field, frozen

__all__ = ["DeadLetter", "DeadLetterSink"]


@frozen(kw_only=True)
class DeadLetter:
    """Dead letter: one task that is not run again, and why."""

    id: str
    """Which message it was: a letter that comes again with the same id is the same letter."""
    task: str | None
    """The name of the task; None: the message cannot be read."""
    kind: str
    """What went wrong, in one word: the class of an error, or ``Unfinished``, ``Unreadable`` or ``UnknownTask``."""
    story: str
    """What happened, in one line that shows no argument of the task."""
    deliveries: int
    """How often a worker had it."""
    put_at: float
    """When it was put, in seconds since 1970, by the clock of Redis."""
    data: bytes = field(repr=False)
    """The message as it was put: it holds the arguments, and can be put again as it is."""
    died_at: float | None = None
    """When it became a dead letter, in seconds since 1970; the store says it."""


class DeadLetterSink(Protocol):
    """Dead letter sink: where a broker puts what it gives up."""

    async def add(self, letter: DeadLetter) -> None:
        """Keep a letter; a second one with the same ``id`` changes nothing.

        The message leaves the queue when this has returned, and not when it raises: it is tried again then.
        """
        ...
