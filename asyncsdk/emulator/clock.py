"""Clock of the emulator: every delay, expiry and window is counted by it."""

from __future__ import annotations

import time
from collections.abc import Callable

from asyncsdk.emulator.validators import InvalidArgument, finite_number

__all__ = ["Clock"]

LAST_TIME = 249_900_000_000
"""Some years before the last date that Python knows, so that expiries have dates, too."""


class Clock:
    """A clock that can be moved ahead.

    Args:
        source: seconds since 1970, whatever counts them; an event loop with virtual time passes its own.
    """

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return self._source() + self._ahead

    @property
    def ahead(self) -> float:
        """Seconds that it was moved ahead of its source, or back where negative."""
        return self._ahead

    def milliseconds(self) -> int:
        """Milliseconds since 1970, as the API's bodies count time."""
        return int(self.now() * 1000)

    def advance(self, seconds: float) -> None:
        """Move ahead: tokens age, windows empty and jobs get on without anybody waiting.

        Args:
            seconds: how far; a negative number sets the clock back.

        Raises:
            InvalidArgument: it is not a finite number, or the clock would show no date any more.
        """
        finite_number("seconds", seconds)
        if not 0 <= self.now() + seconds <= LAST_TIME:
            raise InvalidArgument(f"seconds moves the clock to a time from 1970 to 9890, not by {seconds:.3g}.")
        self._ahead += seconds

    def reset(self) -> None:
        """Go by the source again, neither ahead nor behind."""
        self._ahead = 0.0
