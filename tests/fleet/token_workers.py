"""Token workers: processes whose sessions share a token by Redis, and make one call each.

As a program it takes its settings as JSON, loads the library once and forks. Each session tells in a line how its
call ended.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

from asyncsdk import ActOnError, Limits, PasswordGrant, Session, Token
from asyncsdk.redis.connect import store_client
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_store import RedisStore


class DyingStore(RedisStore):
    """Kills its process when a token is to be saved: between the answer to a renewal and its keeping."""

    async def save(self, token: Token, owner: str = "") -> None:
        """Die."""
        os.kill(os.getpid(), signal.SIGKILL)


async def work(settings: Mapping[str, Any]) -> None:
    """Open sessions with a store each, and let each make one call."""
    kind = DyingStore if settings.get("dies_saving") else RedisStore
    account, lease = settings["account"], settings.get("lease", 10.0)
    async with store_client(RedisAddress(settings["redis_url"])) as redis:
        stores = [kind(redis, account=account, lease_seconds=lease) for _ in range(settings["sessions"])]
        await asyncio.gather(*(one_call(store, settings) for store in stores))


async def one_call(store: RedisStore, settings: Mapping[str, Any]) -> None:
    """One session, and one call of it."""
    grant, limits = PasswordGrant(**settings["credentials"]), Limits(calls_per_second=1_000)
    async with Session(grant=grant, store=store, base_url=settings["base_url"], limits=limits) as acton:
        try:
            await acton.account.get()
            said = "called"
        except ActOnError as error:
            said = f"{type(error).__name__}: {error}"
        os.write(1, f"{said}\n".encode())


def main() -> None:
    """Start the processes, and end when they have ended."""
    settings = json.loads(sys.argv[1])
    logging.basicConfig()
    for _ in range(settings["processes"]):
        if os.fork() == 0:
            ended = 1
            try:
                asyncio.run(work(settings))
                ended = 0
            finally:
                os._exit(ended)
    for _ in range(settings["processes"]):
        os.wait()


if __name__ == "__main__":
    main()
