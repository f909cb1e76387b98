"""``lists.export``: a file that is there only when it holds every row."""

from __future__ import annotations

import asyncio
import csv
import os
import stat
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import APIError, DecodeError, InvalidArgument, ListChanged, ReplyLost, Session
from asyncsdk.emulator import Cut, Hang, Pass, Reply, Slow
from asyncsdk.models import ExportProgress, ExportReport
from tests.downloads.list_servers import (
    FAULTS,
    HEADINGS,
    ODD,
    csv_body,
    list_of,
    listed,
    names,
    page,
    people,
    records,
)
from tests.support.raw_server import RawServer, Seen, answer
from tests.support.stage import outcome, until
from tests.support.virtual_time import virtual_time


def read(path: Path) -> list[list[str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def file_in(folder: Path) -> Path:
    """A file that was there before."""
    path = folder / "leads.csv"
    path.write_text("before")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("rows", [[], ODD, people(1000), people(2000)], ids=len)
@virtual_time
async def test_a_list_becomes_a_file(rows: list[list[str]], tmp_path: Path) -> None:
    """The file holds the headings and every record, cell for cell; the report counts rows and bytes."""
    async with list_of(rows) as (server, acton, leads):
        path = tmp_path / "leads.csv"
        report = await acton.lists.export(leads, path)
        assert read(path) == [
            HEADINGS,
            *([name, *row] for name, row in zip(server.records(leads), rows, strict=True)),
        ]
        assert (report.rows, report.bytes, report.path) == (len(rows), path.stat().st_size, path)
        assert (report.again, report.seconds >= 0) == (False, True)
        assert names(tmp_path) == ["leads.csv"]
        assert [call.route for call in server.calls] == ["lists.download", "lists.download"]


@virtual_time
async def test_fields_narrow_it_down(tmp_path: Path) -> None:
    """Both calls ask for what the caller asked for."""
    async with list_of(people(3)) as (_, acton, leads):
        report = await acton.lists.export(leads, str(tmp_path / "x"), fields=["Name"])
        assert read(report.path)[0] == ["_contact_id_", "Name"]


@pytest.mark.slow
@virtual_time
async def test_progress_is_told(tmp_path: Path) -> None:
    """A callback learns rows, total, bytes and rate while it goes on, and at the end."""
    told: list[ExportProgress] = []
    async with list_of(people(60_000)) as (_, acton, leads):
        report = await acton.lists.export(leads, tmp_path / "x", on_progress=told.append)
    assert len(told) >= 3
    assert [each.rows for each in told] == sorted(each.rows for each in told)
    assert {each.total for each in told} == {60_000}
    assert (told[-1].rows, told[-1].bytes) == (60_000, report.bytes)


@pytest.mark.slow
@virtual_time
async def test_progress_is_told_on_a_slow_line(tmp_path: Path) -> None:
    """It is told at the start, and once a second while a few rows come at a time."""
    told: list[tuple[float, int]] = []
    loop = asyncio.get_running_loop()

    async def trickle(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nConnection: close\r\n\r\n")
        for line in csv_body(records(100)).splitlines(keepends=True):
            writer.write(line)
            await asyncio.sleep(0.5)
        writer.close()

    script = [answer(200, page(records(1), 100)), trickle]
    async with RawServer(script) as server, Session(token="t", base_url=server.url) as acton:
        began = loop.time()
        await acton.lists.export(
            "l-0001", tmp_path / "x", on_progress=lambda now: told.append((loop.time() - began, now.rows))
        )
    assert told[0][1] == 0
    assert told[0][0] < 1
    assert all(later[0] - earlier[0] <= 1.5 for earlier, later in pairwise(told))
    assert 45 <= len(told) <= 56


@virtual_time
async def test_an_error_of_the_callback_ends_it(tmp_path: Path) -> None:
    """What the callback raises reaches the caller, and no file is left."""

    def fail(_: ExportProgress) -> None:
        raise KeyError("mine")

    async with list_of(people(3)) as (_, acton, leads):
        with pytest.raises(KeyError):
            await acton.lists.export(leads, tmp_path / "x", on_progress=fail)
    assert names(tmp_path) == []


CUT = csv_body(records(7))
"""An answer of seven rows."""


async def exported(path: Path, bodies: list[bytes], totals: list[int]) -> Any:
    """What an export of seven records comes to when the server answers with these bodies and counts."""
    async with (
        RawServer([listed(records(7), bodies, totals)]) as server,
        Session(token="t", base_url=server.url) as acton,
    ):
        return await outcome(acton.lists.export("l-0001", path))


@pytest.mark.parametrize("end", [len(CUT) // 2, len(CUT) - 1, len(CUT) - 2, len(csv_body(records(5)))])
@virtual_time
async def test_a_body_that_ends_early_with_a_clean_close_is_noticed(end: int, tmp_path: Path) -> None:
    """Where HTTP cannot tell that an answer was cut, the rows do; the list is asked for again, and said so."""
    path = tmp_path / "leads.csv"
    report = await exported(path, [CUT[:end], CUT], [7])
    assert isinstance(report, ExportReport), report
    assert (report.rows, report.again, path.read_bytes()) == (7, True, CUT)


@pytest.mark.parametrize("ends", [(100, 200), (len(csv_body(records(5))), len(csv_body(records(6))))])
@virtual_time
async def test_cut_twice_is_an_error(ends: tuple[int, int], tmp_path: Path) -> None:
    """If the second answer lacks rows as well, the numbers are told, and what was there before stays."""
    path = file_in(tmp_path)
    error = await exported(path, [CUT[: ends[0]], CUT[: ends[1]]], [7])
    assert isinstance(error, ListChanged)
    assert "rows came where the server counts 7" in str(error)
    assert path.read_text() == "before"
    assert names(tmp_path) == ["leads.csv"]


@virtual_time
async def test_a_server_that_finishes_no_last_row_is_believed(tmp_path: Path) -> None:
    """Without a line end at the end, the second answer shows that nothing was cut."""
    path = tmp_path / "leads.csv"
    report = await exported(path, [CUT.rstrip()], [7])
    assert (report.rows, report.again, path.read_bytes()) == (7, True, CUT.rstrip())


@pytest.mark.parametrize(
    ("totals", "again"),
    [
        ([5, 7], False),
        ([5, 9, 7], True),
        ([9, 7], False),
        ([9, 5, 7], True),
        ([5, 6, 7], True),
        ([5, 9, 6, 9], True),
    ],
    ids=["grew", "grew on", "shrank", "shrank twice", "odd", "keeps growing"],
)
@virtual_time
async def test_a_list_that_changes_meanwhile(totals: list[int], again: bool, tmp_path: Path) -> None:
    """Rows that fit neither count make it ask again; rows that came while it ran are no error."""
    report = await exported(tmp_path / "x", [CUT], totals)
    assert (report.rows, report.again) == (7, again)


@virtual_time
async def test_a_growing_list_hides_no_cut(tmp_path: Path) -> None:
    """A body that was cut at the end of a row is not taken for a list that grew meanwhile."""
    rows = records(10)
    bodies = [csv_body(rows[:8]), csv_body(rows)]
    async with (
        RawServer([listed(rows, bodies, [7, 9, 10])]) as server,
        Session(token="t", base_url=server.url) as acton,
    ):
        report = await acton.lists.export("l-0001", tmp_path / "x")
    assert (report.rows, report.again) == (10, True)


@virtual_time
async def test_counts_that_never_fit_are_an_error(tmp_path: Path) -> None:
    """A server that gives more rows than it counts, twice, is not believed."""
    assert isinstance(await exported(tmp_path / "x", [CUT], [6]), ListChanged)
    assert isinstance(await exported(tmp_path / "x", [CUT], [-1]), DecodeError)
    assert names(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("at", [0, 1])
@virtual_time
async def test_what_goes_wrong_once_is_not_noticed(fault: Any, at: int, tmp_path: Path) -> None:
    """Neither call of an export is in danger from what may pass."""
    async with list_of(people(3000)) as (server, acton, leads):
        server.faults.add(Pass(), on="lists.download", times=at) if at else None
        server.faults.add(fault, on="lists.download")
        report = await acton.lists.export(leads, tmp_path / "x")
        assert len(read(report.path)) == 3001
        assert report.again is (fault == Cut("midway") and at == 1)


@pytest.mark.parametrize("fault", [Reply(400, {"errorCode": 10004, "message": "no"}), Reply(200, {"errorCode": 1})])
@virtual_time
async def test_a_refusal_leaves_nothing(fault: Reply, tmp_path: Path) -> None:
    """A refusal, with whatever status, becomes an error and no file."""
    async with list_of(people(3)) as (server, acton, leads):
        server.faults.add(Pass(), on="lists.download")
        server.faults.add(fault, on="lists.download", times=9)
        with pytest.raises(APIError):
            await acton.lists.export(leads, tmp_path / "x")
    assert names(tmp_path) == []


@virtual_time
async def test_broken_off_twice_is_an_error(tmp_path: Path) -> None:
    """A connection that breaks twice in the middle of the rows is an error, and leaves nothing."""
    async with list_of(people(3000)) as (server, acton, leads):
        for _ in range(2):
            server.faults.add(Pass(), on="lists.download")
            server.faults.add(Cut("midway"), on="lists.download")
        with pytest.raises(ReplyLost):
            await acton.lists.export(leads, tmp_path / "x")
    assert names(tmp_path) == []


@virtual_time
async def test_cancelled_it_leaves_what_was_there(tmp_path: Path) -> None:
    """An export cancelled while it waits for rows leaves no file of its own, and the old one as it was."""
    path = file_in(tmp_path)
    async with list_of(people(3)) as (server, acton, leads):
        server.faults.add(Pass(), on="lists.download")
        server.faults.add(Hang(), on="lists.download")
        task = asyncio.ensure_future(acton.lists.export(leads, path))
        await until(lambda: len(server.calls) == 2)
        assert len(names(tmp_path)) == 2
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert path.read_text() == "before"
        assert names(tmp_path) == ["leads.csv"]


@virtual_time
async def test_a_place_that_cannot_be_written_costs_no_call(tmp_path: Path) -> None:
    """A folder, or a file in no folder, is found out before anything is asked."""
    async with list_of(people(3)) as (server, acton, leads):
        with pytest.raises(InvalidArgument, match="is a folder"):
            await acton.lists.export(leads, tmp_path)
        with pytest.raises(FileNotFoundError):
            await acton.lists.export(leads, tmp_path / "no" / "x")
        assert len(server.calls) == 0


@virtual_time
async def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Where the path is a link, the file that it leads to is replaced."""
    (tmp_path / "link").symlink_to(tmp_path / "real")
    async with list_of(people(3)) as (_, acton, leads):
        await acton.lists.export(leads, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert len(read(tmp_path / "real")) == 4


@virtual_time
async def test_only_its_owner_reads_it_unless_it_was_there(tmp_path: Path) -> None:
    """A new file is readable to its owner only; one that was there keeps its rights, whatever they are."""
    new, secret, shared = tmp_path / "new", tmp_path / "secret", tmp_path / "shared"
    for path, mode in ((secret, 0o600), (shared, 0o664)):
        path.touch()
        path.chmod(mode)
    async with list_of(people(3)) as (_, acton, leads):
        for path in (new, secret, shared):
            await acton.lists.export(leads, path)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (new, secret, shared)] == [0o600, 0o600, 0o664]


@virtual_time
async def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    """A pipe or a device at the path is left alone, and costs no call."""
    os.mkfifo(tmp_path / "pipe")
    async with list_of(people(3)) as (server, acton, leads):
        with pytest.raises(InvalidArgument, match="no regular file"):
            await acton.lists.export(leads, tmp_path / "pipe")
        assert len(server.calls) == 0
    assert (tmp_path / "pipe").is_fifo()


def _begin_and_die(path: Path) -> None:
    """Begin to write the file in a process that is killed."""
    program = (
        "import os, sys, pathlib, asyncsdk.files.atomic_write\n"
        "file = asyncsdk.files.atomic_write.AtomicFile(pathlib.Path(sys.argv[1]))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], check=False)  # noqa: S603
    assert done.returncode == -9


@pytest.mark.slow
@virtual_time
async def test_what_a_killed_export_left_is_removed(tmp_path: Path) -> None:
    """The next export to the same file removes what one that was killed had written, and nothing that is in use."""
    path = tmp_path / "leads.csv"
    neighbours = [tmp_path / ".leads.csv.part", tmp_path / ".other.csv.12345678.part"]
    for each in neighbours:
        each.touch()
    async with list_of(people(3)) as (server, acton, leads):
        _begin_and_die(path)
        assert len(names(tmp_path)) == 3
        server.faults.add(Pass(), on="lists.download")
        server.faults.add(Hang(), on="lists.download")
        under_way = asyncio.ensure_future(acton.lists.export(leads, path))
        await until(lambda: len(server.calls) == 2)
        await acton.lists.export(leads, path)
        assert len(names(tmp_path)) == 4
        under_way.cancel()
        await asyncio.wait([under_way])
    assert names(tmp_path) == sorted(["leads.csv", *(each.name for each in neighbours)])


@virtual_time
async def test_slow_rows_hold_nobody_up(tmp_path: Path) -> None:
    """Other calls go on while an export waits for its rows."""
    async with list_of(people(3)) as (server, acton, leads):
        server.faults.add(Pass(), on="lists.download")
        server.faults.add(Slow(30), on="lists.download")
        task = asyncio.ensure_future(acton.lists.export(leads, tmp_path / "x"))
        await until(lambda: len(server.calls) == 2)
        await asyncio.wait_for(acton.account.get(), 5)
        assert (await task).rows == 3


@virtual_time
async def test_a_path_that_cannot_be_costs_no_call(tmp_path: Path) -> None:
    """A character that no path holds is an error of the caller's."""
    async with list_of(people(3)) as (server, acton, leads):
        with pytest.raises(InvalidArgument, match="cannot be written"):
            await acton.lists.export(leads, tmp_path / "a\0b.csv")
        assert len(server.calls) == 0
