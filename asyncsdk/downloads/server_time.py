"""Server time: the start of a run by the clock that sets the timestamps of records."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final

from asyncsdk import clock
from asyncsdk.http.dates import time_of
from asyncsdk.http.messages import Response

__all__ = ["CLOCK_ERROR", "RunStartTime"]

CLOCK_ERROR: Final = 300.0
"""Seconds that this machine's clock may be ahead of the server's, used where the server sends no ``Date``."""


class RunStartTime:
    """Start of a run: a time that is surely before the server processed the first call.

    It is the ``Date`` of the first answer less the time that the call took, waits and repeats included; and never
    after the call by this machine's clock, for a date that is ahead would make the next run skip what came since.
    """

    def __init__(self) -> None:
        self._began: tuple[float, float] | None = None
        self._time: float | None = None

    def begin(self) -> None:
        """Note that the first call is about to be made."""
        if self._began is None:
            self._began = asyncio.get_running_loop().time(), clock.wall()

    def note(self, response: Response) -> None:
        """Note that the first answer came."""
        if self._time is not None or self._began is None:
            return
        began, wall = self._began
        told = time_of(response.headers.get("Date"))
        took = asyncio.get_running_loop().time() - began
        self._time = wall - CLOCK_ERROR if told is None else min(told - took, wall)

    @property
    def time(self) -> datetime:
        """The time; there is one once an answer came."""
        if self._time is None:
            raise RuntimeError("No answer has been noted.")
        return datetime.fromtimestamp(self._time, UTC)
