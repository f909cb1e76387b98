"""Lease: the right to renew an account's token, which one process of the whole fleet has at a time.

A holder that dies loses it after some seconds; one that lives keeps it, however long it takes. The name of the last
holder is the fence: one that was frozen for so long that another took the right meanwhile can write nothing.
Names are random and not counted, so that no old one returns when Redis was emptied.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final

from asyncsdk.errors import ActOnError, StoreFailed
from asyncsdk.redis.account_keys import account_key
from asyncsdk.redis.redis_errors import REDIS_ERRORS
from asyncsdk.redis.script import RedisClient, Script

__all__ = ["LEASE_SECONDS", "MEMORY_MS", "Lease"]

_log = logging.getLogger("asyncsdk")

LEASE_SECONDS: Final = 10.0
"""Seconds for which the right is held by a process that says nothing more."""

MEMORY_MS: Final = 366 * 86_400_000
"""Milliseconds for which Redis remembers an account that nobody uses: longer than any token lives."""

FREEING_SECONDS: Final = 1.0
"""Seconds that a holder spends on giving it back."""

_NO_ANSWER: Final = (*REDIS_ERRORS, ActOnError)
"""Redis is away, or the owner of the client closed it meanwhile."""

PAUSES: Final = (0.01, 0.1)
"""Bounds of the random seconds between two tries, so that those who wait do not ask at the same time."""

_TAKE: Final = Script("""
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return 1
""")

# One that overslept its lease, or whose Redis was emptied, has the right again if nobody else took it since.
_KEEP: Final = Script("""
local holder, last = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])
if (holder or ARGV[1]) ~= ARGV[1] or (last or ARGV[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return 1
""")

_FREE: Final = Script("""
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
""")


class Lease:
    """The right of one holder.

    Args:
        redis: the client.
        account: whose token it is about.
        seconds: how long the right outlives a holder that died.
    """

    def __init__(self, redis: RedisClient, account: str, seconds: float = LEASE_SECONDS) -> None:
        self._redis = redis
        self._account = account
        self._seconds = seconds
        self._keys = (account_key(account, "renewer"), account_key(account, "fence"))
        self.name: Final = secrets.token_hex(16)
        """Stands in the fence while nobody else has taken the right."""

    @asynccontextmanager
    async def held(self, patience: float) -> AsyncGenerator[None]:
        """Have the right.

        Raises:
            RedisError: Redis cannot be asked.
            StoreFailed: another holder kept it for longer than ``patience`` seconds.
        """
        try:
            await self._take(patience)
        except (asyncio.CancelledError, StoreFailed):
            await self._free()  # the try that was cut off may have succeeded
            raise
        keeper = asyncio.get_running_loop().create_task(self._keep(), name="asyncsdk lease")
        try:
            yield
        finally:
            keeper.cancel()
            await self._free()

    async def _take(self, patience: float) -> None:
        async with _bounded(patience):
            taken = await self._run(_TAKE)
            while not taken:
                await asyncio.sleep(random.uniform(*PAUSES))
                taken = await self._run(_TAKE)

    async def _keep(self) -> None:
        """Keep it while the holder works; while Redis is away there is nothing to do but to try again."""
        while True:
            await asyncio.sleep(self._seconds / 3)
            with suppress(*_NO_ANSWER):
                if not await self._run(_KEEP):
                    _log.warning(
                        "Another process took the right to renew the token of account %s: this one stood still for"
                        " too long.",
                        self._account,
                    )
                    return

    async def _run(self, script: Script) -> bool:
        return bool(await script.run(self._redis, self._keys, (self.name, round(self._seconds * 1000), MEMORY_MS)))

    async def _free(self) -> None:
        """Give it back, also where the caller is cancelled meanwhile; a Redis that is away forgets it by itself."""
        await asyncio.shield(asyncio.get_running_loop().create_task(self._freed(), name="asyncsdk lease"))

    async def _freed(self) -> None:
        with suppress(*_NO_ANSWER):
            async with asyncio.timeout(FREEING_SECONDS):
                await _FREE.run(self._redis, self._keys, (self.name,))


@asynccontextmanager
async def _bounded(patience: float) -> AsyncGenerator[None]:
    bound = asyncio.timeout(patience)
    try:
        async with bound:
            yield
    except TimeoutError:
        if not bound.expired():
            raise
        raise StoreFailed(
            f"Another process has held the right to renew the token for {patience:g} s; is it stopped?"
        ) from None
