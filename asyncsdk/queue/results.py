"""Results of a queue: outcomes of rows, reports, and the errors that it raises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.errors import ActOnError, InvalidArgument
from asyncsdk.models.clear import Clear
from asyncsdk.redaction import masked_repr

__all__ = [
    "COUNTED",
    "Fate",
    "PutOutcome",
    "QueueClosed",
    "QueueReport",
    "RowsUnsaved",
    "UnsavedRow",
    "WrongAccount",
    "WrongLoop",
]

Fate: TypeAlias = Literal["created", "updated", "upserted", "rejected", "failed", "unknown"]
"""How a row ended.

``created`` or ``updated``: the list holds it; ``upserted``: the same, but of an uploaded file Act-On tells how many
rows were new, and not which. ``rejected``: Act-On will never take it. ``failed``: it was not saved, though nothing
is wrong with it. ``unknown``: nobody can say whether it was saved.
"""

COUNTED: Final = (
    "puts",
    "replayed",
    "coalesced",
    "created",
    "updated",
    "upserted",
    "rejected",
    "failed",
    "unknown",
)
"""Names of the counts of a queue."""


@frozen
class PutOutcome:
    """Outcome of the write that a put became part of."""

    fate: Fate
    reason: str = field(default="", repr=masked_repr)
    """The reason why it was not saved."""

    @property
    def saved(self) -> bool:
        """Whether the list holds the row."""
        return self.fate in {"created", "updated", "upserted"}


@frozen
class UnsavedRow:
    """A row that the list may not hold, to be put again or looked into."""

    email: str = field(repr=False)
    data: Mapping[str, str | Clear] = field(repr=False)
    """Its values, by the list's headings."""

    fate: Fate | Literal["waiting"]
    """``waiting``: the queue was closed before the row could be sent, or before its answer came."""

    reason: str = field(default="", repr=masked_repr)
    """Why."""


@frozen
class QueueReport:
    """Report of a queue: ``puts + replayed`` is the sum of the eight numbers that follow them.

    Where processes share a journal, ``puts`` are this process's, ``replayed`` are the rows that it took out of the
    journal to send them, its own among them, and a process that does not send tells of ``waiting`` and ``oldest``
    what the journal holds. There ``replayed`` alone is that sum.
    """

    puts: int
    """Rows that were put and taken."""

    replayed: int
    """Rows that an earlier queue left in the journal."""

    coalesced: int
    """Rows that were folded into another one with the same address."""

    created: int
    updated: int
    upserted: int
    """Rows of uploaded files, of which Act-On does not tell which were new."""

    rejected: int
    failed: int
    unknown: int
    waiting: int
    """Rows that the queue still holds; after ``close`` they are in the journal, if there is one."""

    oldest: float
    """Seconds since the oldest of these was put."""

    trouble: ActOnError | None = field(repr=lambda error: type(error).__name__)
    """What keeps rows from being saved at the moment, or has ended the queue."""

    calls: int
    """Calls that the server saw of this queue."""

    unsaved: tuple[UnsavedRow, ...] = field(default=(), repr=lambda rows: f"<{len(rows)} rows>")
    """The rows that were given up and that nobody was given; after ``close`` also those that no journal holds."""

    unsaved_more: int = 0
    """How many more there were than are kept in memory; a journal has them all."""


class WrongAccount(InvalidArgument):
    """A journal's rows are for another account: every account has a list ``l-0001``."""


class QueueClosed(ActOnError):
    """The queue is closed, or not open yet; the message says what became of the row."""


class WrongLoop(ActOnError):
    """A queue is used outside the event loop that it was opened in: in a second ``asyncio.run``, or in a thread."""


class RowsUnsaved(ActOnError):
    """A queue was closed with rows that the list may not hold and that no journal keeps.

    Attributes:
        report: what the queue did; its ``unsaved`` has the rows.
    """

    def __init__(self, report: QueueReport) -> None:
        self.report = report
        rows = len(report.unsaved) + report.unsaved_more
        super().__init__(
            f"{rows:,} rows of the queue were not saved, or are not known to be: see the report's 'unsaved'."
        )
