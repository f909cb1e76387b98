"""SIGTERM with several queues, and after the event loop has ended."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from asyncsdk import Session
from asyncsdk.emulator import Emulator
from tests.queue.stage import HEADINGS
from tests.support.stage import until


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """The signals that reach the program's own handler."""
    numbers: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: numbers.append(number))
    yield numbers
    signal.signal(signal.SIGTERM, before)


async def test_two_queues_drain_together(acton: Session, acton_server: Emulator, heard: list[int]) -> None:
    """One signal drains both, and then does what it did before, once."""
    lists = [acton_server.add_list(name, HEADINGS) for name in ("One", "Two")]
    queues = [acton.contacts.queue(each, max_age=600.0) for each in lists]
    for queue in queues:
        await queue.open()
        queue.drain_on_sigterm()
        await queue.put("p0@example.com")
    os.kill(os.getpid(), signal.SIGTERM)
    await until(lambda: heard)
    assert [len(acton_server.rows(each)) for each in lists] == [1, 1]
    assert heard == [signal.SIGTERM]


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
async def test_the_last_queue_puts_the_handler_back(acton: Session, heard: list[int], order: list[int]) -> None:
    """In whatever order they close, and while one is open it is the one that is drained."""
    before = signal.getsignal(signal.SIGTERM)
    queues = [acton.contacts.queue(f"l-000{n}") for n in (1, 2)]
    for queue in queues:
        await queue.open()
        queue.drain_on_sigterm()
    await queues[order[0]].close()
    assert signal.getsignal(signal.SIGTERM) != before
    await queues[order[1]].close()
    assert signal.getsignal(signal.SIGTERM) is before
    assert not heard


def test_after_the_loop_has_ended_the_signal_does_what_it_did(heard: list[int]) -> None:
    """A queue that was never closed swallows nothing."""

    async def left_open() -> None:
        async with Emulator() as server, Session(token="x", base_url=server.url) as acton:
            queue = acton.contacts.queue("l-0001")
            await queue.open()
            queue.drain_on_sigterm()

    for times in (1, 2):
        asyncio.run(left_open())
        os.kill(os.getpid(), signal.SIGTERM)
        assert heard == [signal.SIGTERM] * times
