"""Progress of a run: a snapshot for callers, and the meter that counts for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

__all__ = ["BulkProgress", "Meter"]

Stage: TypeAlias = Literal["reading", "sending", "waiting", "looking", "pausing", "finished"]

PRIOR: Final = 10.0
"""The plan weighs as much as so many measured seconds, because the first calls go out all at once."""


@frozen
class BulkProgress:
    """Snapshot of a bulk run."""

    stage: Stage
    """``reading`` the input, ``sending`` rows, ``waiting`` for Act-On's job, ``looking`` in the list for rows of an
    upload whose answer was lost, ``pausing`` before something is sent again, ``finished``."""

    rows_read: int = 0
    """Rows of the input that were read."""

    rows_sent: int = 0
    """Rows that are on their way or further, by an earlier run of the same journal, too."""

    rows_done: int = 0
    """Rows with a known outcome, including those that need not or cannot be sent."""

    calls: int = 0
    """Calls made so far."""

    calls_left: int = 0
    """Calls that the day still lets through."""

    rate: float = field(default=0.0, repr=lambda rate: f"{rate:.1f}")
    """Rows done a second, since the first was sent."""

    seconds_left: float | None = None
    """About how many seconds are left, with the present wait; None while nothing is known."""


MOMENT: Final = 0.1
"""The shortest time, in seconds, that a rate is computed from."""


class Meter:
    """Counts for one run, and reports a snapshot after each change."""

    def __init__(
        self, tell: Callable[[BulkProgress], object], calls: Callable[[], int], left: Callable[[], int]
    ) -> None:
        self._tell = tell
        self._calls = calls
        self._left = left
        self._began: float | None = None
        self._stage: Stage = "reading"
        self._rows_read = 0
        self._rows_sent = 0
        self._rows_done = 0
        self._done_before = 0
        self._expected = 0.0
        self._until = 0.0
        self._since = 0.0
        self._idle = 0.0

    def read(self, rows: int) -> None:
        """Note how many rows were read."""
        self._rows_read = rows
        self._say()

    def begin(self, sent: int, done: int, expected: float) -> None:
        """Begin to send.

        Args:
            sent: rows that were sent before.
            done: rows with a known outcome.
            expected: seconds that the rest takes.
        """
        self._began = self._since = asyncio.get_running_loop().time()
        self._idle = 0.0
        self._rows_sent = sent
        self._rows_done = self._done_before = done
        self._expected = expected
        self.at("sending")

    def at(self, stage: Stage, seconds: float = 0.0) -> None:
        """Enter a stage, which takes about so many seconds at least."""
        now = asyncio.get_running_loop().time()
        self._idle, self._since = self._idle_until(now), now
        self._stage = stage
        self._until = now + seconds
        self._say()

    def _idle_until(self, now: float) -> float:
        """Seconds so far in which no row could be sent: they say nothing of how long the others take."""
        return self._idle + (now - self._since if self._stage in {"looking", "pausing"} else 0.0)

    def sent(self, rows: int) -> None:
        """Add rows that are being sent."""
        self._rows_sent += rows
        self._say()

    def done(self, rows: int) -> None:
        """Add rows with a known outcome."""
        self._rows_done += rows
        self._say()

    def _say(self) -> None:
        seconds = 0.0 if self._began is None else asyncio.get_running_loop().time() - self._began
        rate = (self._rows_done - self._done_before) / seconds if seconds > 0 else 0.0
        self._tell(
            BulkProgress(
                self._stage,
                self._rows_read,
                self._rows_sent,
                self._rows_done,
                self._calls(),
                self._left(),
                rate,
                self._seconds_left(seconds),
            )
        )

    def _seconds_left(self, seconds: float) -> float | None:
        """Seconds left: the plan's estimate first, later the measured rate, and the present wait."""
        if self._stage == "finished":
            return 0.0
        if self._began is None:
            return None
        now = asyncio.get_running_loop().time()
        waits = max(0.0, self._until - now)
        to_do, left = self._rows_read - self._done_before, self._rows_read - self._rows_done
        if not to_do or not left:
            return waits
        planned = to_do / max(self._expected, MOMENT)
        rate = (self._rows_done - self._done_before + planned * PRIOR) / (seconds - self._idle_until(now) + PRIOR)
        return left / rate + waits if self._stage in {"looking", "pausing"} else max(left / rate, waits)
