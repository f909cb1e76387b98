"""A journal that is there, and another run: it goes on, gives way, or says what to do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import InvalidArgument, Limits
from tests.support.leads import LIST, held, leads, names_in, people, stopped, writes
from tests.support.stage import issued, outcome, session
from tests.support.virtual_time import virtual_time


@pytest.mark.slow
@pytest.mark.parametrize("changed", [people(61), [*people(59), {"email": "user59@example.com", "City": "Oslo"}]])
@virtual_time
async def test_a_finished_journal_gives_way_to_other_rows(changed: list[dict[str, Any]], tmp_path: Path) -> None:
    """A job that runs every night needs one journal: once a night is done, the next one begins anew by itself."""
    async with leads() as (server, acton):
        await acton.bulk.upsert(LIST, [*people(60), {"email": "nobody"}], journal=tmp_path / "j.db")
        report = await acton.bulk.upsert(LIST, changed, journal=tmp_path / "j.db")
        assert (report.rows, report.created + report.updated) == (len(changed), len(changed))
        assert (report.rejected, len(report.rejects), len(held(server))) == (0, 0, len(changed))
        assert names_in(tmp_path) == ["j.db"]


@virtual_time
async def test_other_limits_do_not_lock_a_nightly_run_out(tmp_path: Path) -> None:
    """A finished run's journal gives way when files are to be shorter now."""
    async with leads() as (server, acton):
        await acton.bulk.upsert(LIST, people(3), journal=tmp_path / "j.db")
        async with session(server, token=issued(server), limits=Limits(upload_bytes=5000)) as other:
            assert (await other.bulk.upsert(LIST, people(3), journal=tmp_path / "j.db")).updated == 3


@pytest.mark.slow
@virtual_time
async def test_an_unfinished_journal_with_other_rows_says_what_to_do(tmp_path: Path) -> None:
    """It is never in the way in silence: finished with its own rows, or kept aside; the next night goes on."""
    journal = tmp_path / "j.db"
    async with leads() as (server, acton):
        await stopped(server, acton, people(60), journal)
        before = writes(server)
        with pytest.raises(InvalidArgument, match=r"not finished\..*its own rows.*journal_mode='fresh'.*aside"):
            await acton.bulk.upsert(LIST, people(61), journal=journal)
        with pytest.raises(InvalidArgument, match="not finished"):
            await acton.bulk.upsert(LIST, people(61), journal=journal, journal_mode="resume")
        assert writes(server) == before
        report = await acton.bulk.upsert(LIST, people(61), journal=journal, journal_mode="fresh")
        assert (report.rows, report.created + report.updated) == (61, 61)
        assert names_in(tmp_path) == ["j.db", "j.db.aside-1"]
        assert (tmp_path / "j.db.aside-1").stat().st_mode & 0o777 == 0o600
        before = writes(server)
        aside = await acton.bulk.upsert(LIST, people(60), journal=tmp_path / "j.db.aside-1", journal_mode="resume")
        assert (aside.created, aside.updated, writes(server) - before) == (9, 51, 51)


@pytest.mark.slow
@virtual_time
async def test_fresh_sends_the_same_rows_anew(tmp_path: Path) -> None:
    """A finished run leaves nothing to be kept aside."""
    async with leads() as (server, acton):
        await acton.bulk.upsert(LIST, people(60), journal=tmp_path / "j.db")
        before = writes(server)
        report = await acton.bulk.upsert(
            LIST, people(60), via="records", journal=tmp_path / "j.db", journal_mode="fresh"
        )
        assert (report.updated, writes(server) - before) == (60, 60)
        assert names_in(tmp_path) == ["j.db"]


@pytest.mark.slow
@virtual_time
async def test_what_a_kept_journal_has_on_its_way_lands_first(tmp_path: Path) -> None:
    """A file that may be queued at Act-On is waited for, so that its old values do not come after the new ones."""
    old = [{**row, "City": "Oslo"} for row in people(60)]
    async with leads(job_pending=30.0) as (server, acton):
        run = acton.bulk.start(LIST, old, via="upload", journal=tmp_path / "j.db")
        await server.calls.arrived("lists.merge")
        await asyncio.sleep(3)
        run.cancel()
        await asyncio.wait([asyncio.ensure_future(outcome(run))])
        await acton.bulk.upsert(LIST, people(60), via="records", journal=tmp_path / "j.db", journal_mode="fresh")
        await server.settle()
        assert {cells[1] for cells in held(server).values()} == {"Rome"}


@pytest.mark.parametrize(
    ("mode", "journal", "says"),
    [
        ("again", "j.db", "auto, resume or fresh"),
        ("fresh", None, "needs a journal"),
        ("resume", "j.db", "no run to go on with"),
    ],
)
@virtual_time
async def test_a_mode_that_cannot_be_meant_is_refused(
    mode: Any, journal: str | None, says: str, tmp_path: Path
) -> None:
    """Before anything is sent."""
    async with leads() as (server, acton):
        path = None if journal is None else tmp_path / journal
        with pytest.raises(InvalidArgument, match=says):
            await acton.bulk.upsert(LIST, people(3), journal=path, journal_mode=mode)
        assert writes(server) == 0
