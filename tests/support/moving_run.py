"""A program that makes a bulk run with a vault, and may die, or stand still, at its n-th copy with news.

What it is told is JSON in its only argument; what it tells is JSON, a line each.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

from attrs import field, frozen
from redis.asyncio import Redis

from asyncsdk import ActOnError, JournalVault, Limits, PollPolicy, RunInUse, Session, VaultJournal
from asyncsdk.bulk.execution import reconcile as looking
from asyncsdk.fleet.run_journal.redis_vault import RedisVault
from asyncsdk.redis.connect import store_client
from asyncsdk.redis.redis_address import RedisAddress
from tests.support.page_vault import page_vault

__all__ = ["LIST", "Order", "rows_of"]

LIST = "l-0001"
NAME = "import-1"
OUTCOMES = ("rows", "created", "updated", "merged", "rejected", "failed", "unknown", "resumed")


@frozen(kw_only=True)
class Order:
    """What a program is to do."""

    url: str
    token: str
    vault: str
    """The address of a Redis, with ``#`` and the run's name; or the path of a database with a table of runs."""

    count: int = 60
    """How many rows."""

    via: str = "upload"
    upload_bytes: int = 4_000
    lease_seconds: float = 1.5
    dies_at: int = 0
    """The number of the copy; 0: never."""

    dies_before: bool = True
    """Whether the vault does not have that copy."""

    by: str = "SIGKILL"
    """The signal that it sends itself there; ``SIGSTOP`` can be followed by another from outside."""

    waits: bool = False
    """Whether it waits while another process has the run."""

    options: dict[str, Any] = field(factory=dict[str, Any])
    """More of ``upsert``."""


def rows_of(count: int) -> list[dict[str, str]]:
    """The input: each file holds about twenty."""
    return [{"Email": f"user{n}@example.com", "City": "Rome", "Note": "x" * 100} for n in range(count)]


class DyingVault:
    """Vault around another one."""

    def __init__(self, vault: JournalVault, order: Order) -> None:
        self._vault = vault
        self._left = order.dies_at
        self._signal = signal.Signals[order.by]
        self._before = order.dies_before
        self._told: list[object] = []

    async def take(self) -> bytes | None:
        """Take the run."""
        return await self._vault.take()

    async def keep(self, copy: bytes) -> None:
        """Keep a copy, and die or stand still at that."""
        now = _progress_in(copy)
        news, self._told = now != self._told, now
        self._left -= news
        if news and self._left == 0 and self._before:
            os.kill(os.getpid(), self._signal)
        await self._vault.keep(copy)
        if news and self._left == 0:
            os.kill(os.getpid(), self._signal)

    async def give_back(self) -> None:
        """Let others have it."""
        await self._vault.give_back()


def _progress_in(copy: bytes) -> list[object]:
    """What was decided, and the state of each file; the same in copies that are only kept to stay the holder."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(copy)
        return [
            *database.execute("SELECT via, finished FROM laid_out"),
            *database.execute("SELECT number, state FROM files"),
        ]


@asynccontextmanager
async def vault_of(order: Order) -> AsyncIterator[JournalVault]:
    """The vault."""
    if "://" not in order.vault:
        yield page_vault(order.vault, NAME, order.lease_seconds)
        return
    address, _, name = order.vault.partition("#")
    redis: Redis = store_client(RedisAddress(address))
    try:
        yield RedisVault(redis, "redis", name, lease_seconds=order.lease_seconds, keep_seconds=3600)
    finally:
        await redis.aclose()


def tell(**facts: object) -> None:
    """Say something to the test."""
    print(json.dumps(facts), flush=True)


async def main(order: Order) -> None:
    """Make the run."""
    looking.FIRST_PAUSE, looking.PATIENCE, looking.LONG = 0.2, 1.0, 0.0  # type: ignore[misc]
    polling = PollPolicy(min_gap=0.05, price=0.05, max_gap=0.1)
    limits = Limits(calls_per_second=60, upload_bytes=order.upload_bytes)
    async with (
        vault_of(order) as vault,
        Session(token=order.token, base_url=order.url, polling=polling, limits=limits) as acton,
    ):
        journal = VaultJournal(DyingVault(vault, order), NAME, lease_seconds=order.lease_seconds)
        while True:
            try:
                report = await acton.bulk.upsert(
                    LIST,
                    rows_of(order.count),
                    via=order.via,  # type: ignore[arg-type]
                    journal=journal,
                    on_progress=lambda progress: tell(stage=progress.stage),
                    **order.options,
                )
            except RunInUse as error:
                if not order.waits:
                    return tell(error=type(error).__name__, text=str(error))
                await asyncio.sleep(0.1)
            except ActOnError as error:
                return tell(error=type(error).__name__, text=str(error))
            else:
                return tell(report={name: getattr(report, name) for name in OUTCOMES}, named=len(report.rejects))


if __name__ == "__main__":
    asyncio.run(main(Order(**json.loads(sys.argv[1]))))
