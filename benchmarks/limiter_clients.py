"""Ways to keep to five calls a second: the library's limiter, and what people take instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from aiolimiter import AsyncLimiter

from asyncsdk.limits.limiter import Limiter
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.protocol import Place

__all__ = ["CLIENTS", "Client"]

SPACED = "AsyncLimiter(1, 0.2)"
BURSTS = "AsyncLimiter(5, 1)"
OURS = "asyncsdk Limiter"


class _Free:
    """A place in a limiter that asks nothing back."""

    def left(self, *, opened: bool = False) -> None:
        """Nothing to note."""

    answered = left


class Client(Protocol):
    """What the simulation asks of each."""

    async def acquire(self) -> Place | _Free:
        """Wait for a place."""
        ...

    def throttled(self) -> None:
        """The server said 429."""
        ...


class _Ours:
    def __init__(self) -> None:
        self._limiter = Limiter(Limits(calls_per_day=10**9))

    async def acquire(self) -> Place | _Free:
        return await self._limiter.acquire()

    def throttled(self) -> None:
        self._limiter.throttled(None)


class _Aiolimiter:
    def __init__(self, rate: float, seconds: float) -> None:
        self._limiter = AsyncLimiter(rate, seconds)

    async def acquire(self) -> Place | _Free:
        await self._limiter.acquire()
        return _Free()

    def throttled(self) -> None:
        """It cannot be told."""


CLIENTS: Final[Mapping[str, Callable[[], Client]]] = {
    OURS: _Ours,
    BURSTS: lambda: _Aiolimiter(5, 1),
    SPACED: lambda: _Aiolimiter(1, 0.2),
}
