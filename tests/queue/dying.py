"""A program that puts rows, twice each, and dies on the way where it is told to. It is run by ``test_killed``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from asyncsdk import Limits, PollPolicy, Session
from asyncsdk.queue import UnsavedRow
from asyncsdk.queue.folder.intake import Intake
from asyncsdk.queue.folder.state_writer import StateWriter
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_writer import JournalWriter
from tests.queue.stage import queue_on
from tests.support.stage import until

LIST = "l-0001"
ROWS = 12
REJECTED = "rej@example.com"


def die() -> None:
    """Nobody can catch this."""
    os.kill(os.getpid(), signal.SIGKILL)


def at(word: str, times: int, *, before: bool) -> Callable[[], None]:
    """Die when a statement with this word in it is written for the n-th time, before or after it is on disk."""
    left = [times]

    def patched(journal: type[JournalWriter]) -> None:
        commit = journal._commit

        def counted(self: JournalWriter, batch: Sequence[Any]) -> None:
            written = [sql for each in batch for sql in (each.statement, *(more.sql for more in each.more))]
            concerned = any(word in sql for sql in written)
            left[0] -= concerned
            if concerned and left[0] == 0 and before:
                die()
            commit(self, batch)
            if concerned and left[0] == 0:
                die()

        journal._commit = counted  # type: ignore[method-assign]

    def patch() -> None:
        for journal in (QueueJournal, Intake, StateWriter):
            patched(journal)

    return patch


def when_taken(times: int, *, before: bool) -> Callable[[], None]:
    """Die when rows are taken out of intakes for the n-th time, before or after that is on disk."""

    def patch() -> None:
        transaction, left = StateWriter.transaction, [times]

        def counted(self: StateWriter, work: Callable[[Any], Any]) -> Any:
            left[0] -= 1
            if left[0] == 0 and before:
                die()
            found = transaction(self, work)
            if left[0] == 0:
                die()
            return found

        StateWriter.transaction = counted  # type: ignore[method-assign]

    return patch


_SENDING = "SET job = NULL, until = ?"
_ACCEPTED = "SET job = ?, until = ?"
_ENDED = "DELETE FROM queued"

POINTS: dict[str, Callable[[], None]] = {
    "after some rows were put": at("INSERT INTO queued", 2, before=False),
    "before the first rows are sent": at(_SENDING, 1, before=True),
    "when they are about to be sent": at(_SENDING, 1, before=False),
    "after acceptance, before the journal knows": at(_ACCEPTED, 1, before=True),
    "while the job is not done": at(_ACCEPTED, 1, before=False),
    "before the end of rows is written down": at(_ENDED, 1, before=True),
    "after it was": at(_ENDED, 1, before=False),
    "before a row that is given up is written down": at("INTO unsaved", 1, before=True),
    "before it is told of": at("DELETE FROM unsaved", 1, before=True),
    "when newer values are about to be sent": at(_SENDING, 2, before=False),
    "before the end of these is written down": at(_ENDED, 2, before=True),
}

POINTS_OF_FOLDERS: dict[str, Callable[[], None]] = {
    "before the first rows are taken": when_taken(1, before=True),
    "when they are": when_taken(1, before=False),
    "before others are taken": when_taken(4, before=True),
    "when these are": when_taken(4, before=False),
}


def tell(row: UnsavedRow) -> None:
    """Somebody knows of it now."""
    print("unsaved", row.email, flush=True)


async def main(url: str, journal: str) -> None:
    """Put all rows, and then all again."""
    polling, limits = PollPolicy(min_gap=0.05, price=0.05), Limits(calls_per_second=60, calls_per_day=10**9)
    async with (
        Session(token=os.environ["TOKEN"], base_url=url, polling=polling, limits=limits) as acton,
        queue_on(acton, LIST, hold=1.0, journal=journal, max_age=0.6, on_unsaved=tell) as queue,
    ):
        for value in (1, 2):
            for n in range(ROWS):
                await queue.put(f"p{n}@example.com", {"Score": value})
                print("put", f"p{n}@example.com", value, flush=True)
            if value == 1:
                await queue.put(REJECTED)
                print("put", REJECTED, 0, flush=True)
                await asyncio.sleep(1.0)
                await until(lambda: len(queue) < ROWS)  # the first of these values are saved


if __name__ == "__main__":
    if point := os.environ.get("DIE"):
        {**POINTS, **POINTS_OF_FOLDERS}[point]()
    asyncio.run(main(*sys.argv[1:]))
