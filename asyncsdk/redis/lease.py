"""Lease: a right that one process of the whole fleet has at a time, such as the one to renew an account's token.

A holder that dies loses it after some seconds; one that lives keeps it, however long it takes. The name of the last
holder is the fence: one that was frozen for so long that another took the right meanwhile can write nothing.
Names are random and not counted, so that no old one returns when Redis was emptied.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from math import inf
from typing import Final

from attrs import frozen

from asyncsdk import clock
from asyncsdk.errors import ActOnError, StoreFailed
from asyncsdk.limits.shared.process_name import process_name
from asyncsdk.redis.redis_errors import REDIS_ERRORS
from asyncsdk.redis.script import RedisClient, Script
from asyncsdk.shared_task import result_of

__all__ = ["LEASE_SECONDS", "MEMORY_MS", "Lease", "Right", "holder_process"]

_log = logging.getLogger("asyncsdk")

LEASE_SECONDS: Final = 10.0
"""Seconds for which the right is held by a process that says nothing more."""

MEMORY_MS: Final = 366 * 86_400_000
"""Milliseconds for which Redis remembers an account that nobody uses: longer than any token lives."""

MARGIN: Final = 0.2
"""The last part of a lease, in which its holder is not sure of it any more: clocks do not run alike."""

KEEP_AGAIN: Final = 0.1
"""The part of a lease after which its holder asks again where Redis gave no answer."""

FREEING_SECONDS: Final = 1.0
"""Seconds that a holder spends on giving it back."""

_PROCESS: Final = re.compile(r"[A-Za-z0-9._-]{1,50}@[A-Za-z0-9._-]{1,50}/[0-9a-f]{8}")
"""A process's name, as it is made here: no address has a ``/`` behind its host."""

_NO_ANSWER: Final = (*REDIS_ERRORS, ActOnError)
"""Redis is away, or the owner of the client closed it meanwhile."""

PAUSES: Final = (0.01, 0.1)
"""Bounds of the random seconds between two tries, so that those who wait do not ask at the same time."""

_HAS_IT: Final = 1
_FORGOTTEN: Final = 2

_TAKE: Final = Script("""
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
if ARGV[4] == 'known' and not redis.call('GET', KEYS[2]) then return 2 end
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


@frozen
class Right:
    """A right that one holder has at a time."""

    name: str
    """What it allows, for messages: ``to renew the token of account acme``."""

    holder: str
    """The key of who has it now."""

    fence: str
    """The key of who had it last, which scripts that write compare with the name of their lease."""


def holder_process(name: str) -> str:
    """The name of the process whose lease has this name; empty: nobody has it."""
    process = name.rpartition(".")[0]
    return process if _PROCESS.fullmatch(process) is not None else "a process" if name else ""


class Lease:
    """The right of one holder, which has it at most once: for the next time make another.

    Args:
        redis: the client.
        right: what it is about.
        seconds: how long the right outlives a holder that died.
    """

    def __init__(self, redis: RedisClient, right: Right, seconds: float = LEASE_SECONDS) -> None:
        self._redis = redis
        self._right = right
        self._seconds = seconds
        self._kept_at = -inf
        self._keeper: asyncio.Task[None] | None = None
        self.name: Final = f"{process_name()}.{secrets.token_hex(12)}"
        """Stands in the fence while nobody else has taken the right; it begins with the process's name."""

        self.is_forgotten: bool = False
        """Whether the last try found that Redis knows of no holder at all, as it was emptied."""

        self.lost: Final = asyncio.Event()
        """Set once another holder is known to have taken the right."""

    @property
    def is_sure(self) -> bool:
        """Whether nobody else can have the right, by this process's own clock; may be asked from any thread.

        It is False while Redis has not answered for most of the lease, and True again if it was kept nevertheless.
        A Redis that lost its data knows no lease: another may have taken the right then.
        """
        return not self.lost.is_set() and clock.awake_or_asleep() < self._kept_at + (1 - MARGIN) * self._seconds

    async def take(self, *, had_holder: bool = False) -> bool:
        """Take the right if nobody has it; it is kept then until ``give_back``, or until another has taken it.

        Args:
            had_holder: leave it where Redis knows of no holder at all: there was one, which may live and take it
                again.

        Raises:
            RedisError: Redis cannot be asked.
        """
        try:
            taken = await self._ask(_TAKE, "known" if had_holder else "")
        except asyncio.CancelledError:
            await self._free()  # the try that was cut off may have succeeded
            raise
        if taken:
            self._keeper = asyncio.get_running_loop().create_task(self._keep(), name="asyncsdk lease")
        return taken

    async def renew(self) -> bool:
        """Renew it now, as Redis was emptied; gives whether it is this holder's, and nobody else has taken it.

        Raises:
            RedisError: Redis cannot be asked.
        """
        if not await self._ask(_KEEP):
            self.lost.set()
        return not self.lost.is_set()

    async def give_back(self) -> None:
        """Give the right back, so that the next holder need not wait."""
        if self._keeper is not None:
            self._keeper.cancel()
        await self._free()

    @asynccontextmanager
    async def held(self, patience: float) -> AsyncGenerator[None]:
        """Have the right.

        Raises:
            RedisError: Redis cannot be asked.
            StoreFailed: another holder kept it for longer than ``patience`` seconds.
        """
        try:
            async with self._bounded(patience):
                taken = await self.take()
                while not taken:
                    await asyncio.sleep(random.uniform(*PAUSES))
                    taken = await self.take()
        except (asyncio.CancelledError, StoreFailed):
            await self.give_back()
            raise
        try:
            yield
        finally:
            await self.give_back()

    @asynccontextmanager
    async def _bounded(self, patience: float) -> AsyncGenerator[None]:
        bound = asyncio.timeout(patience)
        try:
            async with bound:
                yield
        except TimeoutError:
            if not bound.expired():
                raise
            raise StoreFailed(
                f"Another process has held the right {self._right.name} for {patience:g} s; is it stopped?"
            ) from None

    async def _keep(self) -> None:
        """Keep it while the holder works; while Redis is away there is nothing to do but to try again."""
        pause = self._seconds / 3
        while True:
            await asyncio.sleep(pause)
            pause = self._seconds * KEEP_AGAIN
            with suppress(*_NO_ANSWER, TimeoutError):
                async with asyncio.timeout(self._seconds / 3):
                    kept = await self._ask(_KEEP)
                pause = self._seconds / 3
                if not kept:
                    self.lost.set()
                    why = "this one stood still for too long, or Redis was emptied"
                    _log.warning(
                        "Another process took the right %s: %s.",
                        self._right.name,
                        why,
                        extra={"acton_event": "lease_lost"},
                    )
                    return

    async def _ask(self, script: Script, *more: str) -> bool:
        asked_at = clock.awake_or_asleep()
        keys = self._right.holder, self._right.fence
        answer = await script.run(self._redis, keys, (self.name, round(self._seconds * 1000), MEMORY_MS, *more))
        self.is_forgotten = answer == _FORGOTTEN
        if answer == _HAS_IT:
            self._kept_at = asked_at
        return answer == _HAS_IT

    async def _free(self) -> None:
        """Give it back, also where the caller is cancelled meanwhile; a Redis that is away forgets it by itself."""
        self._kept_at = -inf
        await result_of(asyncio.get_running_loop().create_task(self._freed(), name="asyncsdk lease"))

    async def _freed(self) -> None:
        with suppress(*_NO_ANSWER, TimeoutError):
            async with asyncio.timeout(FREEING_SECONDS):
                await _FREE.run(self._redis, (self._right.holder, self._right.fence), (self.name,))
