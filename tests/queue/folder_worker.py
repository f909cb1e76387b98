"""A program that puts rows into a folder until its input ends. It is run by ``test_folder_processes``."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asyncsdk import Session
from asyncsdk.queue.folder.state_writer import StateWriter
from asyncsdk.queue.journal_writer import JournalWriter
from tests.queue.stage import queue_on
from tests.queue.worker import LIMITS, POLLING

ADDRESSES = 20


def stop_in_transaction() -> None:
    """Let SIGUSR1 stop this process when it writes the state for the next time, in the middle of it."""
    asked: list[int] = []
    signal.signal(signal.SIGUSR1, lambda number, _: asked.append(number))

    def commit(self: StateWriter, batch: Sequence[Any]) -> None:
        self.check_fence()
        with self._database:
            self._database.execute("BEGIN IMMEDIATE").close()
            for each in batch:
                for sql, values in (
                    (each.statement, each.values),
                    *((more.sql, more.values) for more in each.more),
                ):
                    self._database.executemany(sql, values)
            if asked:
                asked.clear()
                os.kill(os.getpid(), signal.SIGSTOP)
        self.check_fence()

    assert StateWriter._commit is not JournalWriter._commit
    StateWriter._commit = commit  # type: ignore[method-assign]


async def main(url: str, folder: str, name: str) -> None:
    """Put rows, and say of each how long that took."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, ended.set)
    async with (
        Session(token=os.environ["TOKEN"], base_url=url, polling=POLLING, limits=LIMITS) as acton,
        queue_on(acton, "l-0001", hold=0.5, journal=Path(folder), max_age=0.2, quota_share=1.0) as queue,
    ):
        value = 0
        while not ended.is_set():
            value += 1
            email = f"{name}{value % ADDRESSES}@example.com"
            began = time.monotonic()
            await queue.put(email, {"Score": value})
            print(email, value, time.monotonic() - began, flush=True)
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    stop_in_transaction()
    asyncio.run(main(*sys.argv[1:]))
