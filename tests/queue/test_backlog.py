"""Backlog: held addresses stay held, and waiting rows are let go."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from unittest import mock

import pytest

from asyncsdk import clock
from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.folder.folder_journal import FolderJournal


def entry(name: str) -> Entry:
    """An entry that was put just now."""
    return Entry(f"{name}@example.com", {"First Name": "Ada"}, 0.0, clock.wall(), {"Last Name": 1.0})


def test_an_entry_shows_nothing_personal() -> None:
    """Neither the address nor a value is in what a log or a traceback shows of an entry."""
    shown = repr(entry("lovelace"))
    assert not any(word in shown for word in ("lovelace", "Ada", "Name"))


def test_two_entries_with_the_same_words_are_two() -> None:
    """An entry is itself alone: another one with the same words has a fate of its own."""
    with mock.patch.object(clock, "wall", return_value=1.0):
        one, other = entry("p0"), entry("p0")
    assert len({one, other}) == 2
    assert one != other


@pytest.mark.parametrize("seconds", [(100.0, 10.0), (10.0, 100.0)])
def test_of_two_holds_the_longer_counts(seconds: tuple[float, float]) -> None:
    """An address that is held twice waits until both have ended."""
    backlog, now = Backlog(), clock.wall()
    for each in seconds:
        backlog.hold(["p0@example.com"], now + each)
    backlog.add(entry("p0"))
    waiting: list[int] = []
    for later in (9.0, 50.0, 101.0):
        with mock.patch.object(clock, "wall", return_value=now + later):
            backlog.release_expired_holds()
        waiting.append(len(backlog.waiting))
    assert waiting == [0, 0, 1]


@pytest.mark.parametrize("seconds", [(10.0, 20.0), (10.0, 10.0)])
def test_two_holds_of_an_address_may_end_at_once(seconds: tuple[float, float]) -> None:
    """As after a sleep of the machine, or of two dead processes: the address goes on, and so does the queue."""
    backlog, now = Backlog(), clock.wall()
    for each in seconds:
        backlog.hold(["p0@example.com"], now + each)
    backlog.add(entry("p0"))
    with mock.patch.object(clock, "wall", return_value=now + 30):
        backlog.release_expired_holds()
    assert list(backlog.waiting) == ["p0@example.com"]


async def test_whoever_waits_for_all_is_let_go_at_once() -> None:
    """When trouble is everybody's, who waits for a flush waits for nothing any more, in flight or not."""
    backlog = Backlog()
    for name in ("p0", "p1", "p2"):
        backlog.add(entry(name))
    backlog.take(1)
    mark = backlog.mark()
    assert mark is not None
    assert not mark.reached.done()
    backlog.release_marks()
    assert mark.reached.done()


async def never() -> str:
    """An account that nobody tells."""
    return await asyncio.Future()


@pytest.mark.skipif(os.name != "posix", reason="rights are a matter of POSIX")
async def test_a_folder_of_journals_is_its_owners_alone(tmp_path: Path) -> None:
    """Its owner can read, write and enter it, and nobody else can, whatever the process allows others."""
    before = os.umask(0)
    try:
        journal = FolderJournal(tmp_path / "sign-ups", never)
        await journal.open("l-0001", 10)
        await journal.close()
    finally:
        os.umask(before)
    assert (tmp_path / "sign-ups").stat().st_mode & 0o777 == 0o700
