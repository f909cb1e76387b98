"""Files: sent whole again after a fault, refused before a byte where that is known, and never doubled."""

from __future__ import annotations

import asyncio
import io
import tempfile
from pathlib import Path

import pytest

from asyncsdk import Column, FileTooLarge, InvalidArgument, Limits, ReplyLost, RetryPolicy, Session
from asyncsdk.emulator import Cut, Emulator, Reply
from tests.support.raw_server import RawServer, answer, hang_up
from tests.support.stage import emulator, issued, outcome, session, stage
from tests.support.virtual_time import virtual_time

COLUMNS = [Column("Email", "EMAIL"), Column("Note")]
ROWS = [f"user{number}@example.com,{'x' * 50}{number}" for number in range(10_000)]
FILE = ("Email,Note\n" + "\n".join(ROWS) + "\n").encode()


def _source(kind: str, folder: Path) -> object:
    path = folder / "leads.csv"
    path.write_bytes(FILE)
    if kind == "path":
        return path
    return FILE if kind == "bytes" else io.BytesIO(FILE)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["path", "bytes", "file"])
@pytest.mark.parametrize("fault", [Reply.unavailable(), Cut("arrival"), Cut("acted")], ids=["503", "cut", "lost"])
@virtual_time
async def test_an_upsert_upload_is_replayed_whole(fault: Reply | Cut, kind: str, tmp_path: Path) -> None:
    """An UPSERT merge that meets a fault is sent again with the whole file, and the list holds each row once."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", ["Email", "Note"])
        server.faults.add(fault, on="lists.merge")
        job = await acton.lists.merge(leads, file=_source(kind, tmp_path), columns=COLUMNS, mode="UPSERT")
        report = await job
        assert len(server.calls.of("lists.merge")) == 2
        assert [",".join(row) for row in server.rows(leads)] == ROWS
        assert (report.appended, report.updated) in {(10_000, 0), (0, 10_000)}


@virtual_time
async def test_an_append_upload_is_not_doubled() -> None:
    """An APPEND merge whose answer is lost is not repeated: the rows are in the list once."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", ["Email", "Note"])
        server.faults.add(Cut("acted"), on="lists.merge")
        end = await outcome(
            acton.lists.merge(leads, file=b"Email,Note\na@b.de,1\n", columns=COLUMNS, mode="APPEND")
        )
        await server.settle()
        assert isinstance(end, ReplyLost)
        assert server.rows(leads) == [["a@b.de", "1"]]


@virtual_time
async def test_every_attempt_sends_the_same_bytes() -> None:
    """After a 503 and after a cut the body is the same file again, from where the caller's file stood."""
    file = io.BytesIO(b"skip" + FILE)
    file.seek(4)
    done = answer(200, {"jobId": "1"})
    async with RawServer([answer(503), hang_up, done]) as server:
        async with Session(token="t", base_url=server.url) as acton:
            job = await acton.lists.merge("l-1", file=file, columns=COLUMNS, mode="UPSERT")
            job.abandon()
        assert len(server.seen) == 3
        parts = [seen.body.split(b"\r\n\r\n", 1)[1] for seen in server.seen]
        assert [FILE in part for part in parts] == [True] * 3
        assert [b"skip" + FILE[:5] in seen.body for seen in server.seen] == [False] * 3
        assert len({int(seen.headers["content-length"]) for seen in server.seen}) == 1
        assert not file.closed


@virtual_time
async def test_a_file_over_the_limit_is_refused_before_any_connection() -> None:
    """A file longer than ``upload_bytes`` costs no call, no token and no connection."""
    async with emulator() as server, session(server, limits=Limits(upload_bytes=10)) as acton:
        end = await outcome(acton.lists.merge("l-1", file=b"x" * 11, columns=COLUMNS))
        assert isinstance(end, FileTooLarge)
        assert server.calls.total == 0
        assert acton.usage().calls_made == 0


@pytest.mark.parametrize("kind", ["missing", "text", "pipe"])
@virtual_time
async def test_what_cannot_be_replayed_is_refused(kind: str, tmp_path: Path) -> None:
    """A missing file, a text file and a stream that cannot be rewound are refused before anything is sent."""
    sources = {"missing": tmp_path / "none.csv", "text": io.StringIO("a"), "pipe": _Pipe()}
    async with emulator() as server, session(server) as acton:
        end = await outcome(acton.lists.create("New", file=sources[kind], columns=COLUMNS))
        assert isinstance(end, InvalidArgument)
        assert server.calls.total == 0


class _Pipe(io.BytesIO):
    """A stream that only goes forward."""

    def seekable(self) -> bool:
        return False


@virtual_time
async def test_a_file_that_shrinks_is_not_sent_as_if_whole(tmp_path: Path) -> None:
    """A file that becomes shorter between two attempts is sent with its new length, never padded or cut short."""
    path = tmp_path / "leads.csv"
    path.write_bytes(b"Email,Note\na@b.de,1\nc@d.de,2\n")
    async with RawServer([answer(503, Retry_After="5"), answer(200, {"jobId": "1"})]) as server:
        async with Session(token="t", base_url=server.url) as acton:
            call = asyncio.ensure_future(acton.lists.merge("l-1", file=path, columns=COLUMNS))
            await asyncio.sleep(2)
            path.write_bytes(b"Email,Note\na@b.de,1\n")
            (await call).abandon()
        assert b"c@d.de" in server.seen[0].body
        assert b"Email,Note\na@b.de,1\n\r\n--" in server.seen[1].body


@virtual_time
async def test_uploads_hold_no_file_open(tmp_path: Path) -> None:
    """After a failed upload the file can be removed, and no descriptor is left."""
    path = tmp_path / "leads.csv"
    path.write_bytes(FILE)
    before = _descriptors(path)
    async with emulator() as server, session(server, token=issued(server), retry=RetryPolicy(attempts=1)) as acton:
        leads = server.add_list("Leads", ["Email", "Note"])
        server.faults.add(Cut("arrival"), on="lists.merge")
        assert isinstance(await outcome(acton.lists.merge(leads, file=path, columns=COLUMNS)), ReplyLost)
        await asyncio.sleep(1)
        assert _descriptors(path) == before == 0
        assert _spooled(server) == []


def _descriptors(path: Path) -> int:
    links = list(Path("/proc/self/fd").iterdir())
    return sum(link.exists() and link.resolve() == path.resolve() for link in links)


def _spooled(server: Emulator) -> list[Path]:
    assert server._spool is not None
    return list(Path(server._spool.name).iterdir())


@pytest.mark.slow
@virtual_time
async def test_one_open_file_can_be_sent_by_two_calls_at_once() -> None:
    """Two uploads of one open file both carry all of it, and leave it standing where it stood."""
    with tempfile.TemporaryFile() as file:
        file.write(b"Email\n" + b"".join(b"user%d@example.com\n" % number for number in range(30_000)))
        file.seek(0)
        async with stage() as (_, acton):
            jobs = await asyncio.gather(
                *(acton.lists.create(name, file=file, columns=COLUMNS[:1]) for name in "ab")
            )
            assert [(await job).appended for job in jobs] == [30_000, 30_000]
        assert file.tell() == 0
