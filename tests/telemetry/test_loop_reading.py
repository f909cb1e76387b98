"""Reading in the event loop, asked for by the thread of an exporter."""

from __future__ import annotations

import asyncio
import threading
import time
from itertools import count

import pytest

from asyncsdk.telemetry.loop_reading import PATIENCE, LoopReading


@pytest.mark.slow
def test_a_loop_that_is_busy_or_closed_keeps_no_exporter_waiting() -> None:
    """Its thread gets what was read last: nothing hangs when a program ends, or stands still."""
    numbers = count()
    found: list[int] = []

    async def program() -> LoopReading[int]:
        reading = LoopReading(lambda: next(numbers))
        found.append(await asyncio.to_thread(reading))
        exporter = threading.Thread(target=lambda: found.append(reading()))
        exporter.start()
        time.sleep(PATIENCE + 0.2)  # noqa: ASYNC251 - a program that stands still
        exporter.join()
        return reading

    reading = asyncio.run(program())
    found.append(reading())
    elsewhere = threading.Thread(target=lambda: found.append(reading()))
    elsewhere.start()
    elsewhere.join()
    assert found[:2] == [1, 1]
    assert found[-1] == found[-2]
