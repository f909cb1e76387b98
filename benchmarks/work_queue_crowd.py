"""The web processes of a run: started, killed, frozen, and started again; and which of them sends."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import Factory, define, field

from benchmarks.work_processes import Processes, Told
from tests.support.redis_server import RedisServer

__all__ = ["Crowd"]

SKIPPED: Final = 10
"""Numbers that a new process leaves out: the one before may have put one that it told nobody of."""


@define
class Crowd:
    """Web processes with one queue."""

    group: Processes
    settings: Mapping[str, Any]
    """What each process is told."""

    redis: RedisServer | None
    """The Redis in which they meet."""

    chance: random.Random = field(factory=lambda: random.Random(1))
    until: float = 0.0
    """When the puts end, by the monotonic clock."""

    took_over: list[float] = Factory(list)
    """Seconds after each loss of the one that sends until another one did."""

    kills: int = 0
    freezes: list[tuple[str, float, float]] = Factory(list)
    """Which process stood still, from when and until when."""

    restarts: int = 0
    """Processes that were told to end, and whose place another one took."""

    @property
    def who(self) -> list[str]:
        """The names of the processes."""
        return list(self.group.pids)

    async def start(self, who: str, names: Sequence[str]) -> None:
        """Start a process that waits for the beginning."""
        await self.group.start(who, "web", names=dict.fromkeys(names, 0), waits=True, **self.settings)
        await self.group.hear("ready", who)

    def begin(self, seconds: float) -> None:
        """Let all processes put for so many seconds."""
        self.until = time.monotonic() + seconds
        for who in self.who:
            self.group.let_begin(who)

    async def restart(self, who: str) -> None:
        """Start a process in place of the one of this name that was killed; its numbers go on."""
        await self.group.start(who, "web", names={who: self._next(who)}, waits=False, **self.settings)

    def _next(self, name: str) -> int:
        put = [told.value[1] for told in self.group.said("put") if told.value[0] == name]
        return max(put) + SKIPPED if put else 0

    async def sender(self) -> str:
        """The process that sends now."""
        since = time.monotonic() - 2.0
        await self.group.until(lambda: self.group.said("sends", since=since))
        return self.group.said("sends", since=since)[-1].who

    async def has_ended(self, who: str) -> None:
        """Wait until a process that was told to end has ended."""
        await self.group.until(lambda: not self.group.is_at_work(who))

    def has_stopped(self) -> bool:
        """Whether none of the processes puts any more."""
        return {told.pid for told in self.group.said("stopped")} >= set(self.group.pids.values())

    async def freeze(self, who: str, seconds: float) -> None:
        """Let a process stand still for so long."""
        began = self.group.freeze(who)
        await asyncio.sleep(seconds)
        self.group.wake(who)
        self.freezes.append((who, began, time.monotonic()))

    def longest_put(self) -> float:
        """Seconds of the slowest put; the first of each process is left out, as it reads the list's columns."""
        begun: set[int] = set()
        longest = 0.0
        for put in self.group.said("put"):
            if put.pid in begun and not self._was_frozen(put):
                longest = max(longest, put.value[2])
            begun.add(put.pid)
        return longest

    def _was_frozen(self, put: Told) -> bool:
        """Whether the process of a put stood still while it was under way."""
        began = put.at - put.value[2]
        return any(who == put.who and since < put.at and began < until for who, since, until in self.freezes)

    async def another_sends(self, lost: str, since: float) -> None:
        """Note how long it takes until rows come to another process to be sent."""
        first = None
        while first is None:
            told = [each.at for each in self.group.said("sends", since=since) if each.who != lost]
            first = min(told, default=None)
            await asyncio.sleep(0.02)
        self.took_over.append(first - since)

    def time_is_left(self, seconds: float) -> bool:
        """Whether something may still be begun that takes so long."""
        return time.monotonic() + seconds < self.until
