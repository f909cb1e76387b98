"""Virtual time: an event loop whose time passes only when nothing else is left to do.

Sockets are real. While bytes are ready, a callback is due or a thread is at work, time stands still; else it
jumps to the next timer. An hour of waiting takes no longer than the work in it, and always takes an hour.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from unittest import mock

from asyncsdk import clock

P = ParamSpec("P")
T = TypeVar("T")

EPOCH = 1_760_000_000.0
"""The time of day at which every virtual loop begins."""


A_MOMENT = 0.0002
"""Seconds of the machine's own time for which bytes may be on their way between two sockets of one process."""


class _Selector(selectors.DefaultSelector):
    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        loop = self.loop
        ready = super().select(0)
        if not ready and timeout != 0 and loop.on_the_way:
            time.sleep(loop.on_the_way)  # epoll itself waits for a whole millisecond at the least
            ready = super().select(0)
        if ready or timeout == 0:
            loop.now += loop.turn
            return ready
        if loop.at_work or timeout is None:
            ready = super().select(120)
            assert ready, "nothing happens any more, and no timer is set: the program would hang for ever"
            return ready
        loop.now += max(loop.turn, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """See the module.

    Args:
        turn: seconds that a turn of the loop takes; with a clock that stands still, some programs wait for ever.
        on_the_way: seconds of the machine's own time for which bytes may be under way; 0 without sockets.
    """

    def __init__(self, turn: float = 0.0, on_the_way: float = A_MOMENT) -> None:
        selector = _Selector()
        selector.loop = self
        self.turn = turn
        self.on_the_way = on_the_way
        self.now = 0.0
        self.at_work = 0
        super().__init__(selector)

    def time(self) -> float:
        """Seconds since the loop began."""
        return self.now

    def run_in_executor(self, executor: Executor | None, func: Callable[..., Any], *args: Any) -> Any:
        """Let time stand still while a thread is at work."""
        self.at_work += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._back)
        return future

    async def shutdown_default_executor(self, *_: Any) -> None:
        """Threads end in their own time, too."""
        self.at_work += 1
        await super().shutdown_default_executor()

    def _back(self, _: object) -> None:
        self.at_work -= 1


def wall() -> float:
    """The time of day in a virtual loop: what ``asyncsdk.clock.wall`` and the emulator's clock go by."""
    return EPOCH + asyncio.get_running_loop().time()


def run_in_virtual_time(program: Coroutine[Any, Any, T], turn: float = 0.0, on_the_way: float = A_MOMENT) -> T:
    """Run a program, servers and all, in virtual time."""
    return _run(program, VirtualLoop(turn, on_the_way))


def run_without_sockets(program: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a program that opens no socket; the client's clocks are virtual, too."""
    loop = VirtualLoop(on_the_way=0.0)
    with mock.patch.object(clock, "wall", wall), mock.patch.object(clock, "monotonic", loop.time):
        return _run(program(), loop)


def _run(program: Coroutine[Any, Any, T], loop: VirtualLoop) -> T:
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(program)


def virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async test in virtual time; the client's clocks are virtual, too."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        loop = VirtualLoop()
        with mock.patch.object(clock, "wall", wall), mock.patch.object(clock, "monotonic", loop.time):
            _run(test(*args, **kwargs), loop)

    return run
