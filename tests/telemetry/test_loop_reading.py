"""Reading in the event loop, asked for by the thread of an exporter."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from itertools import count

import pytest

from asyncsdk.telemetry.loop_reading import LoopReading


def elsewhere(read: Callable[[], int]) -> int:
    """What another thread reads, while this one does nothing else."""
    found: list[int] = []
    exporter = threading.Thread(target=lambda: found.append(read()))
    exporter.start()
    exporter.join()
    return found[0]


@pytest.mark.slow
def test_a_loop_that_is_busy_or_closed_keeps_no_exporter_waiting() -> None:
    """Its thread gets what was read last: nothing hangs when a program ends, or stands still."""

    async def program() -> LoopReading[int]:
        numbers = count()
        reading = LoopReading(lambda: next(numbers), patience=0.05)
        assert elsewhere(reading) == 0  # the loop is in this line
        return reading

    reading = asyncio.run(program())
    assert elsewhere(reading) == 0


def test_another_thread_reads_what_there_is_now() -> None:
    """A loop that is free answers, also after it was busy."""

    async def program() -> None:
        numbers = count()
        reading = LoopReading(lambda: next(numbers), patience=60)
        busy = LoopReading(lambda: 0, patience=0.01)
        assert await asyncio.to_thread(reading) == 1
        assert elsewhere(busy) == 0
        await asyncio.sleep(0)
        assert await asyncio.to_thread(reading) == 2

    asyncio.run(program())


@pytest.mark.slow
def test_a_busy_loop_is_waited_for_once() -> None:
    """An exporter with a hundred sessions does not wait for each of them."""

    async def program() -> None:
        readings = [LoopReading(lambda: 7, patience=0.5) for _ in range(100)]
        began = time.monotonic()
        assert elsewhere(lambda: sum(reading() for reading in readings)) == 700
        assert time.monotonic() - began < 30  # and not 50

    asyncio.run(program())


def test_an_error_of_the_reading_reaches_who_asked() -> None:
    """And not the handler of the event loop, after a wait for nothing."""

    async def program() -> None:
        numbers = iter([1])
        reading = LoopReading(lambda: next(numbers, None) or 1 // 0, patience=60)
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(reading)

    asyncio.run(program())
