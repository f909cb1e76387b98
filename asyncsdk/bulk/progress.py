"""How far a run is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal, TypeAlias

from attrs import field, frozen

__all__ = ["Meter", "Progress"]

Stage: TypeAlias = Literal["reading", "sending", "waiting", "finished"]


@frozen
class Progress:
    """Where a run stands."""

    stage: Stage
    """``reading`` the input, ``sending`` rows, ``waiting`` for Act-On's job, ``finished``."""

    rows_read: int = 0
    """Rows of the input that were read."""

    rows_sent: int = 0
    """Rows that are on their way or further."""

    rows_done: int = 0
    """Rows of which it is known what became of them."""

    calls: int = 0
    """Calls made so far."""

    calls_left: int = 0
    """Calls that the day still lets through."""

    rate: float = field(default=0.0, repr=lambda rate: f"{rate:.1f}")
    """Rows done a second, since the first was sent."""

    seconds_left: float | None = None
    """About how many seconds are left; None while nothing is known."""


class Meter:
    """Counts for one run, and tells whoever wants to know."""

    def __init__(
        self, tell: Callable[[Progress], object], calls: Callable[[], int], left: Callable[[], int]
    ) -> None:
        self._tell = tell
        self._calls = calls
        self._left = left
        self._began: float | None = None
        self._stage: Stage = "reading"
        self.rows_read = 0
        self.rows_sent = 0
        self.rows_done = 0
        self.expected = 0.0
        """Seconds that the plan foresees."""

    def read(self, rows: int) -> None:
        """So many rows were read."""
        self.rows_read = rows
        self._say()

    def at(self, stage: Stage) -> None:
        """The run does something else now."""
        self._stage = stage
        if stage == "sending" and self._began is None:
            self._began = asyncio.get_running_loop().time()
        self._say()

    def sent(self, rows: int) -> None:
        """So many more rows are on their way."""
        self.rows_sent += rows
        self._say()

    def done(self, rows: int) -> None:
        """So many more rows have ended."""
        self.rows_done += rows
        self._say()

    def _say(self) -> None:
        seconds = 0.0 if self._began is None else asyncio.get_running_loop().time() - self._began
        rate = self.rows_done / seconds if seconds > 0 else 0.0
        self._tell(
            Progress(
                self._stage,
                self.rows_read,
                self.rows_sent,
                self.rows_done,
                self._calls(),
                self._left(),
                rate,
                self._seconds_left(seconds, rate),
            )
        )

    def _seconds_left(self, seconds: float, rate: float) -> float | None:
        if self._stage == "finished":
            return 0.0
        if self._began is None:
            return None
        if rate > 0:
            return max(0, self.rows_read - self.rows_done) / rate
        return max(0.0, self.expected - seconds)
