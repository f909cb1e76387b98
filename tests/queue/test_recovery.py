"""Crash recovery: holds of a dead process are kept, and its rows are sent unless the list holds newer values."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest

from asyncsdk import clock
from asyncsdk.queue import journal_schema
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_writer import Write
from tests.queue.stage import HEADINGS, emptied, held, left
from tests.support.stage import stage, until
from tests.support.virtual_time import virtual_time


def knows(path: Path, sql: str, *values: object) -> None:
    """Write something into a journal that nobody has open."""
    journal = QueueJournal(path, None)
    journal.database.execute(sql, values).close()
    journal.release()


@pytest.mark.slow
@virtual_time
async def test_what_a_dead_process_held_is_held() -> None:
    """While an older row may still arrive that a dead process has sent, nothing is sent for its address."""
    with tempfile.TemporaryDirectory() as name:
        async with stage() as (server, acton):
            leads = server.add_list("Leads", HEADINGS, list_id="l-0001")
            path = left(Path(name), [])
            knows(path, journal_schema.INSERT_HELD, "p0@example.com", clock.wall() + 300)
            async with acton.contacts.queue(leads, journal=Path(name), max_age=0.1) as queue:
                await queue.put("p0@example.com", {"Score": 1})
                await queue.put("p1@example.com", {"Score": 1}, wait=True)
                await until(lambda: len(queue) == 1)
                for passed in (250, 100):
                    assert list(held(server, leads)) == ["p1@example.com"]
                    await asyncio.sleep(passed)
                await emptied(queue)
            assert sorted(held(server, leads)) == ["p0@example.com", "p1@example.com"]


@pytest.mark.slow
@pytest.mark.parametrize("who", ["a dead process", "the living one", "both"])
def test_what_was_saved_is_not_overwritten_by_what_is_older(who: str) -> None:
    """Whoever knows that the list holds newer values: the older are left out, and what nobody has saved is sent."""

    @virtual_time
    async def run() -> None:
        with tempfile.TemporaryDirectory() as name:
            async with stage() as (server, acton):
                people = [["p0@example.com", "", "new"]]
                leads = server.add_list("Leads", HEADINGS, people, list_id="l-0001")
                now, key = clock.wall(), journal_schema.digest("p0@example.com")
                async with acton.contacts.queue(leads, journal=Path(name), max_age=0.1) as queue:
                    lead = queue._backend._leadership.term._lead
                    if who != "a dead process":
                        saved = now - 10 if who == "the living one" else now - 30
                        lead.write(Write(journal_schema.INSERT_SAVED, [(key, "Score", saved)]))
                    path = left(Path(name), [("p0@example.com", {"Score": "old", "First Name": "Ada"}, now - 20)])
                    if who != "the living one":
                        knows(path, journal_schema.INSERT_SAVED, key, "Score", now - 10)
                    await until(lambda: queue.report().replayed == 1)
                    await emptied(queue)
                assert held(server, leads) == {"p0@example.com": ["Ada", "new"]}

    run()
