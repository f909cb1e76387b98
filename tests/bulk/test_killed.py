"""A process that is killed at any point is followed by one that goes on as if nothing had happened."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from asyncsdk.emulator import Emulator, RejectRows, Reply, Settings
from tests.bulk.dying import LIST, POINTS, rows

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("dying.py")
RECORDS = ("before it is known what is sent", "after a few records", "before the end is written down")
LATER = ("after a refusal was written down", "after rows were found missing", "while they are sent again")
OLD = [["old0@example.com", "Rome", "kept"], ["old1@example.com", "Rome", "kept"]]


@asynccontextmanager
async def a_server() -> AsyncIterator[Emulator]:
    """An emulator that rejects one of the addresses."""
    settings = Settings(calls_per_second=None, job_pending=0.05, job_running=0.05)
    async with Emulator(settings) as server:
        server.add_list("Leads", ["Email", "City", "Note"], OLD, list_id=LIST)
        server.faults.add(RejectRows("user7@example.com"), on="lists.merge", times=99)
        yield server


async def run(server: Emulator, kind: str, journal: Path, point: str = "") -> tuple[int | None, dict[str, Any]]:
    """Run the program, to its end or its death; gives how it ended, and what it reported."""
    environment = {**os.environ, "TOKEN": server.issue_token()["access_token"], "DIE": point}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), server.url, kind, str(journal), env=environment, stdout=PIPE
    )
    said, _ = await process.communicate()
    return process.returncode, json.loads(said) if said else {}


def expected(kind: str) -> list[list[str]]:
    """What the list holds after an undisturbed run."""
    held = {row[0]: row for row in OLD}
    for row in rows(kind):
        if row["Email"] != "nobody" and (kind == "records" or row["Email"] != "user7@example.com"):
            _, city, note = held.get(row["Email"], ["", "", ""])
            city = row["City"] if isinstance(row["City"], str) else ""
            held[row["Email"]] = [row["Email"], city, row.get("Note") or note]
    return sorted(held.values())


def accepted(server: Emulator) -> int:
    """How many files the server has taken."""
    return sum(call.status == 200 for call in server.calls.of("lists.merge"))


@pytest.mark.parametrize("point", [point for point in POINTS if point not in LATER])
async def test_an_upload_that_was_killed_goes_on(point: str, tmp_path: Path) -> None:
    """The resumed run ends in the same list as an undisturbed one, and no row that the list shows is sent twice."""
    async with a_server() as server:
        code, _ = await run(server, "upload", tmp_path / "j.db", point)
        assert code == -signal.SIGKILL
        code, report = await run(server, "upload", tmp_path / "j.db")
        assert code == 0
        assert sorted(server.rows(LIST)) == expected("upload")
        total = report.pop("rows")
        named = report.pop("named")
        assert sum(report.values()) == total
        assert (report["merged"], report["failed"]) == (3, 0)
        assert (report["created"], report["rejected"], report["unknown"], named) == (1499, 2, 0, 2)
        # Only the row that was rejected is not in the list, so that it alone is sent again.
        lost = {"after acceptance, before the journal knows": 1, "after its last piece was written down": 0}
        assert accepted(server) == 1 + lost.get(point, 0)


async def test_a_run_that_was_killed_while_its_refused_file_waits_sends_it_at_once(tmp_path: Path) -> None:
    """A 429 proves that Act-On has nothing of the file: the journal says so before anything is waited for."""
    async with a_server() as server:
        server.faults.add(Reply.throttled(retry_after=30), on="lists.merge")
        code, _ = await run(server, "upload", tmp_path / "j.db", "after a refusal was written down")
        assert code == -signal.SIGKILL
        before = len(server.calls.of("lists.download"))
        code, report = await run(server, "upload", tmp_path / "j.db")
        assert (code, report["created"], report["unknown"]) == (0, 1499, 0)
        assert len(server.calls.of("lists.download")) == before + 1  # the list's columns: nothing is looked for
        assert (sorted(server.rows(LIST)), accepted(server)) == (expected("upload"), 1)


@pytest.mark.parametrize("point", ["after rows were found missing", "while they are sent again"])
async def test_a_run_that_was_killed_while_it_sends_again_goes_on(point: str, tmp_path: Path) -> None:
    """What is sent again is a file with its own state: killed in the middle of that, the next run goes on."""
    async with a_server() as server:
        await run(server, "upload", tmp_path / "j.db", "after its last piece was written down")
        code, _ = await run(server, "upload", tmp_path / "j.db", point)
        assert code == -signal.SIGKILL
        code, report = await run(server, "upload", tmp_path / "j.db")
        assert (code, report["created"], report["rejected"], report["unknown"]) == (0, 1499, 2, 0)
        assert (sorted(server.rows(LIST)), accepted(server)) == (expected("upload"), 1)


@pytest.mark.parametrize("point", RECORDS)
async def test_records_that_were_killed_go_on(point: str, tmp_path: Path) -> None:
    """One by one, the resumed run ends in the same list, and repeats at most the calls that were under way."""
    async with a_server() as server:
        code, _ = await run(server, "records", tmp_path / "j.db", point)
        assert code == -signal.SIGKILL
        code, report = await run(server, "records", tmp_path / "j.db")
        assert (code, sorted(server.rows(LIST))) == (0, expected("records"))
        assert report["created"] + report["updated"] == 32
        assert (report["merged"], report["rejected"], report["unknown"]) == (3, 1, 0)
        assert len(server.calls.of("contacts.upsert")) <= 32 + 16
