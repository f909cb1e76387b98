"""Locks of a FileStore that somebody holds: waited for, for a bounded time, and told of in the library's words."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from asyncsdk import FileStore, StoreFailed, Tally, Token
from tests.support.virtual_time import virtual_time


@contextmanager
def held(path: Path) -> Iterator[None]:
    """A lock file that another program holds."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@virtual_time
async def test_the_counts_are_waited_for_ten_seconds(tmp_path: Path) -> None:
    """Another program that stands still while it writes the counts of calls holds nobody up for longer."""
    store = FileStore(tmp_path / "token")
    with held(tmp_path / "token.usage.lock"):
        with pytest.raises(StoreFailed, match=r"held token\.usage\.lock for 10 s"):
            await store.count(Tally({1: 1}))
        assert asyncio.get_running_loop().time() == pytest.approx(10.0)
    await store.count(Tally())


@pytest.mark.slow
@virtual_time
async def test_a_renewal_is_waited_for_five_minutes(tmp_path: Path) -> None:
    """A renewal takes a while with all its attempts; one that never ends is told of, and the file is named."""
    store = FileStore(tmp_path / "token")
    with held(tmp_path / "token.lock"):
        with pytest.raises(StoreFailed, match=r"held token\.lock for 300 s"):
            async with store.exclusive():
                pass
        assert asyncio.get_running_loop().time() == pytest.approx(300.0)


@virtual_time
async def test_a_lock_is_taken_soon_after_it_is_free(tmp_path: Path) -> None:
    """Who waits looks many times a second, and the token of the one who holds the counts is not touched."""
    store = FileStore(tmp_path / "token")
    await store.save(Token("a"))
    with held(tmp_path / "token.lock"):
        waiting = asyncio.ensure_future(_renew(store))
        await asyncio.sleep(5)
        assert not waiting.done()
    await waiting
    assert asyncio.get_running_loop().time() < 5.1
    assert await store.load() == Token("b")


async def _renew(store: FileStore) -> None:
    async with store.exclusive():
        await store.save(Token("b"))


@virtual_time
async def test_a_lock_file_that_was_removed_leaves_one_holder_at_a_time(tmp_path: Path) -> None:
    """Whoever waited for a lock file that somebody removed does not hold the lock beside those that came later."""
    store, inside, most = FileStore(tmp_path / "token"), 0, 0

    async def hold() -> None:
        nonlocal inside, most
        async with store.exclusive():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(5)
            inside -= 1

    with held(tmp_path / "token.lock"):
        early = asyncio.ensure_future(hold())
        await asyncio.sleep(1)
        (tmp_path / "token.lock").unlink()
        late = asyncio.ensure_future(hold())
        await asyncio.sleep(1)
    await asyncio.gather(early, late)
    assert most == 1
