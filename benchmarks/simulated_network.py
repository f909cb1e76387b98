"""Real sockets in simulated time, and a road between client and server that is as long and as narrow as one likes.

While bytes are ready, a callback is due or a thread is at work, time all but stands still; else it jumps to the
next timer.
"""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from attrs import frozen

__all__ = ["Road", "simulate_with_sockets"]

T = TypeVar("T")

SETTLING: Final = 0.0003
"""Real seconds in which bytes that were sent on the loopback have surely arrived."""

STUCK: Final = 20
"""Real seconds after which nothing will happen any more."""

WORK: Final = 1e-6
"""Seconds that one turn of the loop takes: with a clock that stands still, some limiters wait for ever."""

PIECE: Final = 1 << 16


class _Selector(selectors.DefaultSelector):
    loop: _Loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.loop.now += WORK
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        ready = super().select(SETTLING)
        if ready:
            return ready
        if self.loop.at_work or timeout is None:
            ready = super().select(STUCK)
            assert ready, "nothing is due any more: the simulation would wait for ever"
            return ready
        self.loop.now += timeout
        return []


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        selector = _Selector()
        selector.loop = self
        self.now = 0.0
        self.at_work = 0
        super().__init__(selector)

    def time(self) -> float:
        """Seconds since the simulation began."""
        return self.now

    def run_in_executor(self, executor: Executor | None, func: Callable[..., Any], *args: Any) -> Any:
        """Let time stand still while a thread is at work."""
        self.at_work += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._back)
        return future

    def _back(self, _: object) -> None:
        self.at_work -= 1


def simulate_with_sockets(program: Coroutine[Any, Any, T]) -> T:
    """Run a program, servers and all, in simulated time."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(program)


@frozen
class Road:
    """The way to a server.

    Args:
        shortest: seconds that a message is under way at the least, in each direction.
        longest: at the most; every message takes a random time between the two.
        bytes_per_second: how much one connection carries.
    """

    shortest: float
    longest: float
    bytes_per_second: float

    @asynccontextmanager
    async def to(self, url: str, seed: int = 1) -> AsyncGenerator[str]:
        """A server's URL at the other end of the road."""
        chance = random.Random(seed)
        target = urlsplit(url)
        under_way: set[asyncio.Task[None]] = set()

        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there, back = await asyncio.open_connection(target.hostname, target.port)
            for source, sink in ((reader, back), (there, writer)):
                task = asyncio.get_running_loop().create_task(self._carry(source, sink, chance))
                under_way.add(task)
                task.add_done_callback(under_way.discard)

        server = await asyncio.start_server(carry, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, chance: random.Random) -> None:
        try:
            while piece := await source.read(PIECE):
                # Of the full pieces of a long message only the last is late: they are on the road together.
                late = 0.0 if len(piece) == PIECE else chance.uniform(self.shortest, self.longest)
                await asyncio.sleep(late + len(piece) / self.bytes_per_second)
                sink.write(piece)
                await sink.drain()
        except ConnectionError:
            return
        finally:
            sink.close()
