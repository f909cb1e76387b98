"""View of a queue in Redis: anybody who may read it sees who sends and what waits, and nothing private."""

from __future__ import annotations

import os
import time

import pytest

from asyncsdk import InvalidArgument
from asyncsdk.fleet import Fleet
from asyncsdk.fleet.queue_journal.keys import META
from tests.fleet.queue_journal.processes import LIST, Processes, entry, report_of, sent, written


async def test_a_queue_is_seen_as_it_stands(processes: Processes) -> None:
    """Who sends, and how many rows wait, are on their way and were given up; without a sender it says so."""
    async with Fleet.from_url(processes.url) as fleet:
        assert await fleet.queue_view(processes.name) is None
        journal, lead = await processes.leading()
        numbers = [await journal.append(entry(f"p{n}"), awaited=False) for n in range(6)]
        rows = (await lead.contents()).rows
        await lead.mark_sending(numbers[:2], time.time() + 60)
        lead.give_up(sent(rows[5]), report_of(rows[5]))
        lead.tell("PermissionDenied: not yours", 0, None)
        await written(lead)
        view = await fleet.queue_view(processes.name)
        assert view is not None
        assert (view.name, view.list_id) == (processes.name, LIST)
        assert (view.waiting, view.on_the_way, view.given_up) == (3, 2, 1)
        assert f"-{os.getpid()}@" in view.sender
        assert view.trouble == "PermissionDenied: not yours"
        assert 0 <= view.oldest < 60
        await lead.release()
        view = await fleet.queue_view(processes.name)
        assert view is not None
        assert view.sender == ""


async def test_a_view_shows_what_may_be_shown(some_processes: Processes) -> None:
    """Foreign words are bounded and masked, and a name that cannot be is told at once."""
    await some_processes.new()
    await some_processes.redis.hset(some_processes.keys[META], "trouble", "ada@example.com " * 9_000)
    await some_processes.redis.set(some_processes.keys.lead.holder, "x" * 9_000 + ".y")
    async with Fleet.from_url(some_processes.url) as fleet:
        view = await fleet.queue_view(some_processes.name)
        assert view is not None
        assert "ada@" not in view.trouble
        assert len(view.trouble) < 5_000
        assert len(view.sender) < 200
        with pytest.raises(InvalidArgument, match="such as 'sign-ups'"):
            await fleet.queue_view("ada@example.com")
