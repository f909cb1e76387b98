"""Counts: how many rows ended in which outcome."""

from __future__ import annotations

from attrs import asdict, frozen

__all__ = ["Counts"]


@frozen
class Counts:
    """Rows by outcome."""

    created: int = 0
    updated: int = 0
    rejected: int = 0
    failed: int = 0
    unknown: int = 0

    def __add__(self, other: Counts) -> Counts:
        ours, theirs = asdict(self), asdict(other)
        return Counts(**{name: ours[name] + theirs[name] for name in ours})

    @property
    def rows(self) -> int:
        """The number of all rows."""
        return self.created + self.updated + self.rejected + self.failed + self.unknown
