"""Row marks: which rows of a journal are on their way, as its writer marks them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import isfinite

from asyncsdk.queue.journal_writer import JournalWriter, Write

__all__ = ["RowMarks"]


class RowMarks(JournalWriter):
    """Writer of a database that has a table of queued rows."""

    def mark_sending(self, numbers: Sequence[int], until: float) -> asyncio.Future[None]:
        """Mark rows that are about to be sent, and may arrive until then; resolved when that is on disk."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        values = [(until, number) for number in numbers]
        self.write(Write("UPDATE queued SET job = NULL, until = ? WHERE number = ?", values, done))
        return done

    def mark_accepted(self, numbers: Sequence[int], job_id: str, until: float) -> None:
        """Mark rows of a file that Act-On has accepted; an earlier copy may arrive until then."""
        values = [(job_id, until if isfinite(until) else None, number) for number in numbers]
        self.write(Write("UPDATE queued SET job = ?, until = ? WHERE number = ?", values))

    def mark_unsent(self, numbers: Sequence[int]) -> None:
        """Mark rows that are no longer on their way."""
        values = [(number,) for number in numbers]
        self.write(Write("UPDATE queued SET job = NULL, until = NULL WHERE number = ?", values))
