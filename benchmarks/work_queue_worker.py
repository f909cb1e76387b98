"""A web process that puts contacts steadily, and tells what ``put`` has returned for, and when it sends rows."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from typing import Any, Final

from asyncsdk import ActOnError
from asyncsdk.queue import ContactQueue, QueueClosed
from benchmarks.work_homes import at_home
from benchmarks.work_tell import Tell

__all__ = ["LIST", "address", "is_repeated", "web_process"]

LIST: Final = "l-0001"

REPEATED: Final = 20
"""Addresses of a name that are put again and again; every other put has an address that no other has."""

LOOK: Final = 0.1
"""Seconds between two looks at whether this process sends."""


def address(name: str, number: int) -> str:
    """The address of a put."""
    mark = f"r{number // 2 % REPEATED}" if number % 2 else f"n{number}"
    return f"{name}.{mark}@example.com"


def is_repeated(email: str) -> bool:
    """Whether an address is one of those that are put again and again."""
    return ".r" in email


async def web_process(settings: Mapping[str, Any], tell: Tell) -> None:
    """Put until asked to stop, then send what others put, too, until killed.

    Args:
        settings: ``names`` (each puts numbers of its own, from the given one on), ``kind`` (of the home),
            ``rate`` (puts a second of each name), ``queue`` (options), ``waits`` (whether it is told when to
            begin), and what ``at_home`` takes.
        tell: told of each put as ``[name, number, seconds]``.
    """
    begin, stop, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR2, begin.set)
    loop.add_signal_handler(signal.SIGUSR1, stop.set)
    async with at_home(settings) as home, home.queue(settings["kind"], LIST, **settings["queue"]) as queue:
        queue.drain_on_sigterm()
        tell("ready")
        if settings["waits"]:
            await begin.wait()
        watching = asyncio.create_task(_watch(queue, tell))
        names = settings["names"].items()
        await asyncio.gather(*(_put_on(queue, name, first, settings["rate"], stop, tell) for name, first in names))
        tell("stopped")
        await watching


async def _put_on(queue: ContactQueue, name: str, first: int, rate: float, stop: asyncio.Event, tell: Tell) -> None:
    loop = asyncio.get_running_loop()
    number, due = first, loop.time()
    while not stop.is_set():
        began = loop.time()
        try:
            await queue.put(address(name, number), {"Score": number})
        except QueueClosed:
            return  # the process was told to end
        except ActOnError as error:
            tell("refused", [name, number, f"{type(error).__name__}: {error}"[:300]])
        else:
            tell("put", [name, number, loop.time() - began])
        number, due = number + 1, max(due + 1 / rate, loop.time())
        await asyncio.sleep(due - loop.time())


async def _watch(queue: ContactQueue, tell: Tell) -> None:
    """Tell when rows come to this process to be sent: the one that sends counts them."""
    seen = 0
    while True:
        report = queue.report()
        if report.replayed > seen:
            seen = report.replayed
            tell("sends", seen)
        await asyncio.sleep(LOOK)
