"""A program with a journal that forks a process which ends before it does. It is run by ``test_journal``."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys

from asyncsdk.queue.entry import Entry
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_registry import _open


async def put(journal: QueueJournal, number: int) -> None:
    """A row that is on disk when this returns."""
    await journal.append(Entry(f"p{number}@example.com", {}, 0.0, float(number)), lambda _: None)


async def main(path: str) -> None:
    """Put a row before the fork and one after it, and die."""
    journal = QueueJournal(path, "l-0001")
    await put(journal, 1)
    child = os.fork()
    if not child:
        _open.clear()
        del journal
        gc.collect()  # whatever nobody holds is closed, as at the end of an interpreter
        os._exit(0)
    await asyncio.to_thread(os.waitpid, child, 0)
    await put(journal, 2)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
