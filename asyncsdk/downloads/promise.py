"""How many items a server says there are, held against how many came."""

from __future__ import annotations

from asyncsdk.errors import ListChanged

__all__ = ["Promise"]


class Promise:
    """What the first page of a walk promised, and the last one; items may be deleted in between."""

    def __init__(self) -> None:
        self._totals: list[int] = []

    def note(self, total: int) -> None:
        """A page came; -1 where the server does not count."""
        self._totals = [*self._totals[:1], total]

    def check(self, given: int) -> None:
        """The walk is over.

        Raises:
            ListChanged: too few items came.
        """
        promised = min(self._totals, default=0)
        if given < promised:
            raise ListChanged(
                f"Only {given:,} of the {promised:,} records came that the server counts:"
                " the list changed while it was read; begin again."
            )
