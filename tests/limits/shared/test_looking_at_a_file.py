"""Looking at the limits that processes share by a token file, while they work."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import FileStore, Limits, StoreFailed
from asyncsdk.limits.shared.account_view import AccountView
from asyncsdk.limits.shared.file_limiter import FILE_RULES, FileLimiter
from tests.support.place_holders import place_holder

STATE_AT = 8_192


async def looked(path: Path, until: Callable[[AccountView], bool]) -> AccountView:
    """The view as soon as it is so; fails with the last one after a minute."""
    store, deadline = FileStore(path), time.monotonic() + 60
    while True:
        seen = await store.account_view()
        if seen is not None and (until(seen) or time.monotonic() > deadline):
            assert until(seen), seen
            return seen
        await asyncio.sleep(0.02)


def files_in(folder: Path) -> dict[str, tuple[int, bytes]]:
    """When each file of a folder was changed, and what it holds."""
    return {each.name: (each.stat().st_mtime_ns, each.read_bytes()) for each in folder.iterdir()}


async def used(path: Path) -> Path:
    """The file of the limits, after one call."""
    limiter = FileStore(path).limiter(Limits())
    (await limiter.acquire()).answered()
    return Path(f"{path}.limits")


@pytest.mark.slow
async def test_living_processes_and_a_killed_one(tmp_path: Path) -> None:
    """Each is told by name, with its places and with who waits; the one that was killed is overdue soon."""
    path = tmp_path / "token.json"
    with (
        place_holder(tmp_path, path, ["INTERACTIVE"] * 4 + ["BULK"] * 3, name="web") as web,
        place_holder(tmp_path, path, ["POLL"] * 2, name="nightly", calls_per_second=2) as nightly,
    ):
        seen = await looked(path, lambda seen: seen.places_taken == 5 and sum(seen.waiting.values()) == 9 - 5)
        first, second = seen.processes
        assert first.name.startswith(f"nightly-{nightly.pid}@")
        assert second.name.startswith(f"web-{web.pid}@")
        assert (first.calls_per_second, second.calls_per_second) == (2.0, None)
        assert seen.places_taken == first.places_taken + second.places_taken == 5
        assert seen.calls_made == 5
        assert second.waiting["bulk"] in {2, 3}
        assert first.waiting.keys() == {"poll"}
        web.kill()
        seen = await looked(path, lambda seen: seen.processes[-1].overdue_for is not None)
        assert seen.processes[0].overdue_for is None


@pytest.mark.slow
async def test_a_look_leaves_no_trace(tmp_path: Path) -> None:
    """No file is made, and none is changed, by looking at limits that nobody uses, or that somebody did."""
    path = tmp_path / "folder" / "token.json"
    assert await FileStore(path).account_view() is None
    assert await FileStore(tmp_path / "token").account_view() is None
    assert files_in(tmp_path) == {}
    limits = await used(path)
    before = files_in(path.parent)
    seen = await FileStore(path).account_view(Limits(calls_per_day=1_000))
    assert seen is not None
    assert (seen.calls_made, seen.calls_left) == (1, 999)
    assert files_in(path.parent) == before
    assert limits.name in before


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: STATE_AT + 40],
        lambda data: data[: STATE_AT + 60] + b"#" + data[STATE_AT + 61 :],
        lambda data: b"something else\n",
        lambda data: data[:STATE_AT] + b"\xff" * 4_000,
    ],
)
async def test_damaged_limits(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """What cannot be read is told, with what becomes of it."""
    path = tmp_path / "token.json"
    limits = await used(path)
    limits.write_bytes(damage(limits.read_bytes()))
    with pytest.raises(StoreFailed, match=rf"^{re.escape(str(limits))} is damaged\. The next process"):
        await FileStore(path).account_view()


async def test_what_is_no_file_at_all(tmp_path: Path) -> None:
    """A folder or a pipe of that name is an error of the store, and is not waited for."""
    (tmp_path / "a.limits").mkdir()
    os.mkfifo(tmp_path / "b.limits")
    for name in "ab":
        with pytest.raises(StoreFailed, match=rf"^The file .*/{name}\.limits cannot be used: it is no"):
            await asyncio.wait_for(FileStore(tmp_path / name).account_view(), 60)


@pytest.mark.slow
def test_whatever_the_file_holds(tmp_path: Path) -> None:
    """It is a view, none, or an error of the store."""
    path = tmp_path / "token"
    limits = asyncio.run(used(path))
    data = limits.read_bytes()

    @given(st.binary(max_size=300), st.integers(0, len(data)))
    def look(text: bytes, at: int) -> None:
        limits.write_bytes(data[:at] + text + data[at + len(text) :])
        with suppress(StoreFailed):
            asyncio.run(FileStore(path).account_view())

    look()


@pytest.mark.slow
async def test_looks_while_others_write(tmp_path: Path) -> None:
    """A look never meets half of what a process is writing."""
    path = tmp_path / "token.json"
    one_by_one = evolve(FILE_RULES, grants_blocks=False)  # a block counts more calls than are made in the end
    limits = Limits(calls_per_second=100_000, calls_per_day=10**9)
    limiter = FileLimiter(Path(f"{path}.limits"), Path(f"{path}.usage"), limits, one_by_one)

    async def write(over: asyncio.Event) -> None:
        while not over.is_set():
            places = await asyncio.gather(*(limiter.acquire() for _ in range(20)))
            for place in places:
                place.answered()
            await asyncio.sleep(0)

    over = asyncio.Event()
    writing = asyncio.create_task(write(over))
    made = [0]
    for _ in range(60):
        seen = await FileStore(path).account_view()
        if seen is not None:
            made.append(seen.calls_made)
    over.set()
    await writing
    assert made == sorted(made)
    assert made[-1] > 0
