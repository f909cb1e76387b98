"""Completeness check: compares the number of items received with the totals that the server reports."""

from __future__ import annotations

from asyncsdk.errors import DecodeError, ListChanged
from asyncsdk.http.messages import Response

__all__ = ["Completeness", "counted"]


def counted(total: int, response: Response) -> int:
    """The total of an answer.

    Raises:
        DecodeError: the answer has no total, so that missing records would go unnoticed.
    """
    if total < 0:
        raise DecodeError(
            f"The server does not tell how many records there are (request {response.request_id}).",
            status=response.status,
            request_id=response.request_id,
        )
    return total


class Completeness:
    """Totals that the pages of one list reported.

    Numbers alone cannot tell an item that was deleted before it was read from one that moved to where nobody looks
    any more. So all items that were there at the start must have come, and no more than those and the added ones.
    """

    def __init__(self) -> None:
        self._first: int | None = None
        self._last = 0
        self._added = 0

    def note(self, total: int) -> None:
        """Take note of a page's total; -1 where the server does not count."""
        if total < 0:
            return
        if self._first is None:
            self._first = self._last = total
        self._added += max(0, total - self._last)
        self._last = total

    def broken(self, given: int) -> str | None:
        """Reason why this number of different items cannot be complete, or None."""
        if self._first is None:
            return None
        if given < self._first:
            return f"Only {given:,} of the {self._first:,} records came that there were when it began"
        most = self._first + self._added
        return f"{given:,} records came, and the server counts {most:,}" if given > most else None

    def check(self, given: int) -> None:
        """Check the number of items at the end of the list.

        Raises:
            ListChanged: some items may not have come.
        """
        broken = self.broken(given)
        if broken is not None:
            raise ListChanged(f"{broken}: the list changed while it was read; begin again.")
