"""Learned round trip: how early a limiter relies on the shortest round trip that it has seen."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from asyncsdk import FileStore, Limiter, Limits
from asyncsdk.limits.protocol import RateLimiter
from tests.support.virtual_time import virtual_time
from tests.support.window_server import SlidingWindow

LONG, SLOW_THERE, FAST = (0.062, 0.062), (0.18, 0.02), (0.02, 0.02)
"""Seconds to the server and back."""


@pytest.mark.parametrize("shared", [False, True], ids=["one process", "by a file"])
@virtual_time
async def test_a_first_short_way_back_is_not_refused(tmp_path: Path, shared: bool) -> None:
    """After forty answers that all took long, a call that was slow there and fast back is not taken for early."""
    limiter: RateLimiter = FileStore(tmp_path / "token").limiter(Limits()) if shared else Limiter()
    server = SlidingWindow(strict=True)

    async def call(there: float, back: float) -> bool:
        place = await limiter.acquire()
        place.left()
        await asyncio.sleep(there)
        accepted = server.arrive(asyncio.get_running_loop().time())
        await asyncio.sleep(back)
        place.answered()
        return accepted

    ways = [LONG] * 40 + [SLOW_THERE] * 5 + [FAST]
    assert all(await asyncio.gather(*(call(*way) for way in ways)))
