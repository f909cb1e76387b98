"""How many items a server says there are, held against how many came."""

from __future__ import annotations

from asyncsdk.errors import DecodeError, ListChanged
from asyncsdk.http.messages import Response

__all__ = ["Completeness", "counted"]


def counted(total: int, response: Response) -> int:
    """How many records an answer says there are.

    Raises:
        DecodeError: it does not say it, so that nobody could tell whether all have come.
    """
    if total < 0:
        raise DecodeError(
            f"The server does not tell how many records there are (request {response.request_id}).",
            status=response.status,
            request_id=response.request_id,
        )
    return total


class Completeness:
    """What the pages of a walk promised.

    Numbers alone cannot tell an item that was deleted before it was read from one that moved to where nobody looks
    any more. So whatever was there at the start must have come, and no more than that and what was added.
    """

    def __init__(self) -> None:
        self._first: int | None = None
        self._last = 0
        self._added = 0

    def note(self, total: int) -> None:
        """A page came; -1 where the server does not count."""
        if total < 0:
            return
        if self._first is None:
            self._first = self._last = total
        self._added += max(0, total - self._last)
        self._last = total

    def broken(self, given: int) -> str | None:
        """What is wrong with so many different items at the end of the walk."""
        if self._first is None:
            return None
        if given < self._first:
            return f"Only {given:,} of the {self._first:,} records came that there were when it began"
        most = self._first + self._added
        return f"{given:,} records came, and the server counts {most:,}" if given > most else None

    def check(self, given: int) -> None:
        """The walk is over.

        Raises:
            ListChanged: some items may not have come.
        """
        broken = self.broken(given)
        if broken is not None:
            raise ListChanged(f"{broken}: the list changed while it was read; begin again.")
