"""Queue backend: what a contact queue needs of the parts behind it, which keep its rows and send them."""

from __future__ import annotations

from typing import Protocol

from asyncsdk.queue.column_cache import ColumnCache
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.results import PutOutcome, QueueReport

__all__ = ["QueueBackend"]


class QueueBackend(Protocol):
    """Keeps the rows of a queue and sends them, alone or together with other processes.

    The end of a queue is ``refuse_puts``, ``drain``, ``release``, ``close``, in this order; each is called once.
    """

    columns: ColumnCache
    """The list's columns, by which rows are checked."""

    @property
    def keeps_rows(self) -> bool:
        """Whether rows that are not sent are kept for the next queue."""
        ...

    def __len__(self) -> int:
        """How many addresses wait or are on their way."""
        ...

    async def start(self) -> None:
        """Take in what earlier queues have left, and begin to send.

        Raises:
            ActOnError: the journal cannot be used.
        """
        ...

    async def put(self, entry: Entry, *, wait: bool) -> PutOutcome | None:
        """Take a row; with ``wait`` give its outcome.

        Raises:
            ActOnError: it was not taken; or, with ``wait``, something keeps all rows from being sent.
        """
        ...

    async def flush(self) -> None:
        """Send what waits, whatever its age, and wait until that is done or known to be in trouble.

        Raises:
            ActOnError: another process was to be asked for it, and cannot be.
        """
        ...

    def refuse_puts(self) -> None:
        """Let puts that wait for room raise that the queue is closed."""
        ...

    async def drain(self) -> None:
        """Send what there is, at most until the queue's deadline; then send no more."""
        ...

    async def release(self, error: Exception) -> None:
        """Close everything but the journal.

        Args:
            error: raised where somebody still waits for the outcome of a row.
        """
        ...

    def mark_reported(self) -> None:
        """Delete the rows that were given up from the journal, because a report has them now."""
        ...

    async def close(self) -> None:
        """Write what is to be written, and close the journal."""
        ...

    def report(self) -> QueueReport:
        """What was done so far."""
        ...
