"""An event loop without sockets whose time jumps to the next timer: hours of waiting in seconds, and exact."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

__all__ = ["SimulatedLoop", "simulate"]

T = TypeVar("T")

WORK: Final = 1e-6
"""Seconds that one turn of the loop takes: with a clock that stands still, some limiters wait for ever."""


class _NoSockets:
    """Stands in for the selector: waiting for I/O is where time passes."""

    def __init__(self, loop: SimulatedLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        assert timeout is not None, "nothing is due any more: the simulation would wait for ever"
        self._loop.now += max(WORK, timeout)
        return []


class SimulatedLoop(asyncio.BaseEventLoop):
    """See the module. Threads and sockets do not work in it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self._selector = _NoSockets(self)

    def time(self) -> float:
        """Seconds since the simulation began."""
        return self.now

    def _process_events(self, events: list[Any]) -> None:
        assert not events

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""


def simulate(program: Coroutine[Any, Any, T]) -> T:
    """Run a program in simulated time."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(program)
