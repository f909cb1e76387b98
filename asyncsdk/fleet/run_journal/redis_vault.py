"""Vault in Redis: the copy of a run's journal, written only by the process that has the run."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import Final, cast

from asyncsdk import clock
from asyncsdk.bulk import RunInUse
from asyncsdk.errors import ActOnError, StoreFailed
from asyncsdk.fleet.run_journal.copy_pieces import bytes_of, names_in, pieces_of
from asyncsdk.fleet.run_journal.copy_scripts import KEEP, LOST, PIECES_MISSING, READ
from asyncsdk.redis.lease import MEMORY_MS, Lease, Right
from asyncsdk.redis.redis_errors import REDIS_ERRORS, is_away
from asyncsdk.redis.script import RedisClient
from asyncsdk.redis.server_check import failure_of

__all__ = ["RedisVault"]

PATIENCE: Final = 30.0
"""Seconds for which a copy is tried to be kept while Redis is away; less than an upload may stand still."""

PAUSES: Final = (0.1, 0.5)
"""Bounds of the random seconds between two tries."""

AT_ONCE: Final = 64
"""Pieces in one request: at most a megabyte, so that Redis never stands still for others."""

WHOLE_COPIES: Final = 3
"""How often a copy is written as a whole that Redis has lost while it was written."""

LONGEST: Final = 1 << 20
"""Bytes of a field; a longer one was not written here."""


class RedisVault:
    """Vault of one run.

    Args:
        redis: the client.
        place: where it is, for messages.
        run: the name of the run, which can be part of a key.
        lease_seconds: a run whose process died can be taken after so many seconds.
        keep_seconds: the copy of a run that nobody has is forgotten after so many.
        patience_seconds: for so long a copy is tried to be kept while Redis is away.
    """

    def __init__(
        self,
        redis: RedisClient,
        place: str,
        run: str,
        *,
        lease_seconds: float,
        keep_seconds: float,
        patience_seconds: float = PATIENCE,
    ) -> None:
        self._redis = redis
        self._place = place
        self._run = run
        self._lease_seconds = lease_seconds
        self._keep_seconds = round(keep_seconds)
        self._patience = patience_seconds
        self._right = Right(f"to work at the run {run}", self._key("holder"), self._key("fence"))
        self._lease: Lease | None = None
        self._there: frozenset[str] = frozenset()
        """The pieces of the copy that Redis has."""

    def __repr__(self) -> str:
        return f"RedisVault({self._run!r}, {self._place!r})"

    async def take(self) -> bytes | None:
        """Take the run, and read its copy.

        Raises:
            RunInUse: another process has it.
            FleetUnavailable: Redis does not answer.
            StoreFailed: Redis refuses, or what it keeps is damaged.
        """
        lease = Lease(self._redis, self._right, self._lease_seconds)
        try:
            if not await lease.take():
                raise RunInUse(f"Another process works at the run {self._run}.")
            self._lease = lease
            return await self._read()
        except REDIS_ERRORS as error:
            raise failure_of(error, self._place) from None

    async def keep(self, copy: bytes) -> None:
        """Keep a copy; while Redis is away this is tried for as long as there is patience.

        Raises:
            RunInUse: another process has taken the run.
            FleetUnavailable: Redis does not answer.
            StoreFailed: Redis refuses.
        """
        pieces = pieces_of(copy)
        until = clock.monotonic() + self._patience
        while True:
            try:
                return await self._keep(pieces)
            except REDIS_ERRORS as error:
                if isinstance(error, ActOnError) or not is_away(error) or clock.monotonic() > until:
                    raise failure_of(error, self._place) from None
            await asyncio.sleep(random.uniform(*PAUSES))

    async def give_back(self) -> None:
        """Let another process take the run at once."""
        lease, self._lease = self._lease, None
        if lease is not None:
            await lease.give_back()

    async def _keep(self, pieces: Sequence[tuple[str, str]]) -> None:
        for there in (self._there, *[frozenset[str]()] * WHOLE_COPIES):
            if await self._write(pieces, there) != PIECES_MISSING:
                self._there = frozenset(name for name, _ in pieces)
                return
        raise StoreFailed(f"Redis at {self._place} loses what is written to it: the run {self._run} is not kept.")

    async def _write(self, pieces: Sequence[tuple[str, str]], there: frozenset[str]) -> int:
        """Write the pieces that are not there, then the list of all."""
        new = [part for name, piece in dict(pieces).items() if name not in there for part in (name, piece)]
        batches = [new[at : at + 2 * AT_ONCE] for at in range(0, len(new), 2 * AT_ONCE)] or [[]]
        for batch in batches[:-1]:
            await self._write_some("", batch)
        return await self._write_some("".join(name for name, _ in pieces), batches[-1])

    async def _write_some(self, index: str, batch: Sequence[str]) -> int:
        if self._lease is None:
            raise ActOnError(f"The run {self._run} was given back.")
        times = round(self._lease_seconds * 1000), MEMORY_MS, self._keep_seconds
        keys = self._right.holder, self._right.fence, self._key("copy")
        answer = await KEEP.run(self._redis, keys, (self._lease.name, *times, index, *batch))
        if answer == LOST:
            raise RunInUse(f"Another process has taken the run {self._run}.")
        return int(answer) if isinstance(answer, int) else PIECES_MISSING

    async def _read(self) -> bytes | None:
        (index,) = await self._fields(["index"])
        if not index:
            return None
        try:
            names = names_in(index)
            pieces: dict[str, str] = {}
            for at in range(0, len(names), AT_ONCE):
                some = names[at : at + AT_ONCE]
                pieces.update(zip(some, await self._fields(some), strict=True))
            copy = bytes_of(names, pieces)
        except ValueError:
            raise StoreFailed(
                f"What Redis at {self._place} keeps of the run {self._run} is damaged: take another name."
            ) from None
        self._there = frozenset(names)
        return copy

    async def _fields(self, names: Sequence[str]) -> Sequence[str]:
        found = await READ.run(self._redis, (self._key("copy"),), (LONGEST, *names))
        if not isinstance(found, list):
            raise StoreFailed(f"Redis at {self._place} gives no list of fields: is it a Redis?")
        return [_text(value) for value in cast("list[object]", found)]

    def _key(self, part: str) -> str:
        return f"asyncsdk:run:{{{self._run}}}:{part}"


def _text(value: object) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
