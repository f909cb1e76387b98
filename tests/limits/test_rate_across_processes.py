"""Commands one after the other: the next one knows of the last second's calls of the one before."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from asyncsdk import FileStore, Limits, MemoryStore, Tally, clock
from asyncsdk.emulator import Emulator
from tests.support.stage import emulator, issued, session
from tests.support.virtual_time import virtual_time, wall

COMMAND = """
import asyncio
from asyncsdk import Session

async def main():
    async with Session.from_env() as acton:
        await asyncio.gather(*(acton.account.get() for _ in range(4)))

asyncio.run(main())
"""


async def _run(environment: dict[str, str]) -> None:
    command = await asyncio.create_subprocess_exec(sys.executable, "-c", COMMAND, env=environment)
    assert await command.wait() == 0


def _environment(server: Emulator, path: Path) -> dict[str, str]:
    names = {f"ACTON_{name.upper()}": value for name, value in server.credentials.items()}
    return {**os.environ, **names, "ACTON_BASE_URL": server.url, "ACTON_TOKEN_FILE": str(path)}


@pytest.mark.slow
async def test_commands_in_turn_are_not_refused(tmp_path: Path) -> None:
    """Five programs of four calls, each begun as soon as the last one ended, make no call too many."""
    async with Emulator() as server:
        for _ in range(5):
            await _run(_environment(server, tmp_path / "token"))
        assert {call.status for call in server.calls} == {200}
        assert len(server.calls) == 21
        assert server.most_in_any_second() <= 5


@pytest.mark.slow
@virtual_time
async def test_sessions_in_turn_do_not_run_into_the_same_second(tmp_path: Path) -> None:
    """A session that opens right after another was closed waits for its places, whatever store they share."""
    for store in (MemoryStore(), FileStore(tmp_path / "token")):
        async with emulator() as server:
            for _ in range(6):
                async with session(server, store=store, token=issued(server)) as acton:
                    await asyncio.gather(*(acton.account.get() for _ in range(3)))
            assert {call.status for call in server.calls} == {200}
            assert server.most_in_any_second() <= 5
            assert server.calls[-1].time - server.calls[0].time < 5


@virtual_time
async def test_a_slow_share_is_kept_to_in_turn(tmp_path: Path) -> None:
    """With one call in five seconds the second command waits for five seconds, not for one."""
    limits = Limits(calls_per_second=0.2)
    async with emulator() as server:
        for _ in range(2):
            store = FileStore(tmp_path / "token")
            async with session(server, store=store, token=issued(server), limits=limits) as acton:
                await acton.account.get()
        assert 5 <= server.calls[1].time - server.calls[0].time < 6


@pytest.mark.slow
@virtual_time
async def test_a_session_does_not_count_its_own_calls_twice(tmp_path: Path) -> None:
    """What a session reads back of its own calls takes no further place: forty calls go at the full pace."""
    async with emulator() as server:
        store = FileStore(tmp_path / "token")
        async with session(server, store=store, token=issued(server)) as acton:
            began = wall()
            for _ in range(40):
                await acton.account.get()
                await acton._quota_sync.sync()
            assert wall() - began < 9.5
        assert server.most_in_any_second() <= 5


@virtual_time
async def test_calls_long_ago_hold_up_nobody(tmp_path: Path) -> None:
    """A session that opens two seconds after the last one closed begins at once."""
    async with emulator() as server:
        for _ in range(2):
            async with session(server, store=FileStore(tmp_path / "token"), token=issued(server)) as acton:
                began = wall()
                await asyncio.gather(*(acton.account.get() for _ in range(5)))
                assert wall() - began < 0.5
            await asyncio.sleep(2)


@virtual_time
async def test_the_file_does_not_grow_with_the_calls(tmp_path: Path) -> None:
    """Of a thousand calls the times of fifty are kept, at most."""
    store = FileStore(tmp_path / "token")
    async with emulator():
        now = clock.wall()
        for number in range(20):
            await store.count(Tally(arrivals=[now - number - each / 100 for each in range(50)]))
        assert len((await store.count(Tally())).arrivals) == 50
