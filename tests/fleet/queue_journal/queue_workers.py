"""Workers that share a queue in Redis: real processes that a test starts, kills, freezes and hears."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

from attrs import Factory, define, field
from redis.asyncio import Redis

from asyncsdk.emulator import Emulator
from asyncsdk.fleet.queue_journal.keys import KEPT_AT, ROWS, UNSAVED, QueueKeys
from tests.fleet.queue_journal.processes import LIST

__all__ = ["PutMade", "QueueWorker", "QueueWorkers", "holds", "is_sent", "queue_workers"]

PROGRAM = "tests.fleet.queue_journal.queue_worker"


@define
class PutMade:
    """A put that returned: its value is when it began."""

    email: str
    began: int
    ended: int


@define
class QueueWorker:
    """One process."""

    process: Process = field(repr=False)
    said: list[list[Any]] = Factory(list)
    """What it said, in order: a word, and more."""

    reading: asyncio.Task[None] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self.reading = asyncio.create_task(self._read())

    def words(self, what: str) -> list[list[Any]]:
        """What it said of something."""
        return [words for what_it_is, *words in self.said if what_it_is == what]

    async def says(self, what: str) -> None:
        """Wait until it says something."""
        await holds(lambda: self.words(what) or self.reading.done(), f"no worker says {what!r}")
        assert self.words(what), f"it has ended, and did not say {what!r}: {self.said}"

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def say_enough(self) -> None:
        """Let it put no more rows."""
        assert self.process.stdin is not None
        self.process.stdin.write(b".")

    async def stop(self) -> None:
        """Let it come to its end."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        async with asyncio.timeout(60):
            await self.process.wait()
            await self.reading

    async def killed(self) -> None:
        """Wait until it is dead."""
        async with asyncio.timeout(60):
            assert await self.process.wait() == -signal.SIGKILL, self.said
            await self.reading

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.said.append(json.loads(line))


@define
class QueueWorkers:
    """All processes of a test."""

    server: Emulator
    settings: dict[str, Any] = field(repr=False)
    workers: list[QueueWorker] = Factory(list)

    async def start(self, **settings: Any) -> QueueWorker:
        """Start one more."""
        told = json.dumps({**self.settings, **settings})
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", PROGRAM, told, stdin=PIPE, stdout=PIPE, limit=1 << 20
        )
        worker = QueueWorker(process)
        self.workers.append(worker)
        return worker

    def puts(self) -> list[PutMade]:
        """The puts that returned in any of them."""
        return [PutMade(*words) for worker in self.workers for words in worker.words("put")]

    def unsaved(self) -> list[str]:
        """The addresses of the rows that were reported."""
        return [words[0] for worker in self.workers for words in worker.words("unsaved")]

    async def leader(self, *, after: float = 0.0) -> QueueWorker:
        """Wait for the process that got the lead last, after a time of the monotonic clock."""

        def found() -> list[tuple[float, QueueWorker]]:
            leads = [(at, worker) for worker in self.workers for (at,) in worker.words("leads")]
            return [each for each in leads if each[0] > after]

        await holds(found, "nobody leads")
        return max(found(), key=lambda each: each[0])[1]

    def check(self, *, but: Callable[[PutMade], bool] = lambda _: False) -> None:
        """No row is lost, and no older value stands over a newer one; each address is there once.

        Args:
            but: which puts may be lost.
        """
        held = {row[0]: int(row[2]) for row in self.server.rows(LIST)}
        assert len(held) == len(self.server.rows(LIST))
        puts = self.puts()
        made = {(put.email, put.began): put for put in puts}
        for put in puts:
            if but(put) or put.email in self.unsaved():
                continue
            assert put.email in held, f"{put} is lost"
            kept = made.get((put.email, held[put.email]))
            ended = held[put.email] if kept is None else kept.ended
            assert ended >= put.began, f"an older value stands over {put}"

    async def finish(self) -> None:
        """Let those that live send what there is and come to their end, and the server's jobs."""
        living = [each for each in self.workers if each.process.returncode is None]
        for each in living:
            each.say_enough()
            await each.says("done")
        async with Redis.from_url(self.settings["redis_url"]) as redis:
            await is_sent(redis, QueueKeys(self.settings["name"]))
        await asyncio.gather(*(each.stop() for each in living))
        await self.server.settle()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in self.workers:
            if worker.process.returncode is None:
                worker.process.kill()
            await worker.process.wait()
            await worker.reading


@asynccontextmanager
async def queue_workers(
    server: Emulator, redis_url: str, name: str, **settings: Any
) -> AsyncGenerator[QueueWorkers]:
    """Processes that put rows for a list of this server.

    Args:
        server: the server.
        redis_url: where the queue is.
        name: its name.
        settings: ``addresses``, ``rounds`` and the ``pause`` between two of them; ``max_age``, ``rejected``.
    """
    server.add_list("Leads", ["Email", "First Name", "Score"], list_id=LIST)
    token = server.issue_token()["access_token"]
    told = {"addresses": 4, "rounds": 2, "pause": 0.1, **settings}
    async with QueueWorkers(
        server, {"url": server.url, "redis_url": redis_url, "name": name, "token": token, **told}
    ) as made:
        yield made


async def is_sent(redis: Redis, keys: QueueKeys, seconds: float = 60.0) -> None:
    """Wait until the queue holds nothing any more."""
    deadline = time.monotonic() + seconds
    while await redis.xlen(keys[ROWS]) or await redis.exists(keys[KEPT_AT], keys[UNSAVED]):
        assert time.monotonic() < deadline, "the queue does not come to its end"
        await asyncio.sleep(0.05)


async def holds(holds: Callable[[], object], otherwise: str, seconds: float = 60.0) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, otherwise
        await asyncio.sleep(0.02)
