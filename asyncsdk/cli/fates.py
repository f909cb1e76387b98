"""What becomes of each row of a file: one fate, so that the counts add up."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, Final

from attrs import define, field

__all__ = ["Fate", "Tally"]

EXAMPLES: Final = 5
REASONS: Final = 20


class Fate(Enum):
    """How a row ends."""

    SAVED = "saved"
    """Act-On said so."""

    REJECTED = "rejected"
    """Not sent, because it cannot be used: no address that could be mailed to, say."""

    REFUSED = "refused"
    """Act-On said no."""

    UNKNOWN = "unknown"
    """Sent, and no answer came that tells: it may be saved or not."""

    UNSENT = "unsent"
    """Not sent, because the run ended before its turn."""


@define
class _Reason:
    """Why rows ended as they did: how many, and the numbers of the first."""

    count: int = 0
    first: list[int] = field(factory=list[int])


@define
class Tally:
    """The counts, and the reasons with a few examples each; its size does not grow with the rows."""

    counts: dict[Fate, int] = field(factory=lambda: dict.fromkeys(Fate, 0))
    _reasons: dict[tuple[Fate, str], _Reason] = field(factory=dict[tuple[Fate, str], _Reason])

    @property
    def rows(self) -> int:
        """How many rows have met their fate."""
        return sum(self.counts.values())

    @property
    def all_saved(self) -> bool:
        """Whether each of them was saved."""
        return self.rows == self.counts[Fate.SAVED]

    def note(self, fate: Fate, number: int, reason: str) -> None:
        """Count a row.

        Args:
            fate: how it ended.
            number: the row, from 1.
            reason: why; not kept for rows that were saved.
        """
        self.counts[fate] += 1
        if fate is Fate.SAVED:
            return
        key = (fate, reason)
        if key not in self._reasons and len(self._reasons) >= REASONS:
            key = (fate, "other reasons")
        kept = self._reasons.setdefault(key, _Reason())
        kept.count += 1
        if len(kept.first) < EXAMPLES:
            kept.first.append(number)

    def as_json(self) -> dict[str, Any]:
        """The counts by name, and the reasons."""
        return {
            "rows": self.rows,
            **{fate.value: count for fate, count in self.counts.items()},
            "reasons": [
                {"fate": fate.value, "reason": reason, "count": kept.count, "first_rows": kept.first}
                for (fate, reason), kept in self._reasons.items()
            ],
        }

    def lines(self) -> Iterator[str]:
        """The same for people."""
        told = ", ".join(f"{count:,} {fate.value}" for fate, count in self.counts.items())
        yield f"{self.rows:,} rows: {told}."
        for (fate, reason), kept in self._reasons.items():
            more = ", …" if kept.count > len(kept.first) else ""
            rows = ", ".join(map(str, kept.first))
            yield f"  {kept.count:,} {fate.value}: {reason} (row {rows}{more})"
