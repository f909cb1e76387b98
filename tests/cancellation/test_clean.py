"""After a cancelled call everything is as before: the session, its connections, its places, tasks and files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from asyncsdk import Column, Session
from asyncsdk.emulator import Emulator, Hang, Reply, Slow
from tests.support.cancelling import Scene, Steps, open_connections, run, steps_cancelled, temporary_files_in
from tests.support.raw_server import RawServer, Seen, answer
from tests.support.stage import emulator, stage, until
from tests.support.virtual_time import virtual_time

COLUMNS = [Column("Email", "EMAIL")]
FILE = b"Email\n" + b"".join(b"user%d@example.com\n" % number for number in range(30_000))


@virtual_time
async def test_a_call_cancelled_on_the_wire_leaves_a_clean_connection() -> None:
    """The answer of a cancelled call is never taken for the answer of the next one."""

    async def late(_: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2)
        await answer(200, {"account_id": "666"})(_, writer)

    async with (
        RawServer([late, answer(200, {"account_id": "1"})]) as server,
        Session(token="t", base_url=server.url) as acton,
    ):
        call = asyncio.ensure_future(acton.account.get())
        await until(lambda: server.seen)
        call.cancel()
        await asyncio.wait([call])
        await asyncio.sleep(3)
        assert (await acton.account.get()).account_id == 1
        assert server.connections == 2


@pytest.mark.slow
@virtual_time
async def test_many_cancelled_calls_leave_no_connection_behind() -> None:
    """Twenty calls cancelled on the wire leave no open connection and no place taken."""
    async with stage(calls_per_second=None) as (server, acton):
        for _ in range(20):
            server.faults.add(Hang())
            call = asyncio.ensure_future(acton.account.get())
            before = len(server.calls)
            await until(lambda before=before: len(server.calls) > before)
            call.cancel()
            await asyncio.wait([call])
        await until(lambda: open_connections(acton) == 0)
        await acton.account.get()
        assert acton.usage().calls_made == len(server.calls) == 21


@virtual_time
async def test_a_cancelled_upload_holds_nothing(tmp_path: Path) -> None:
    """An upload that is cancelled while its bytes are on the wire closes the file and the connection."""
    path = tmp_path / "leads.csv"
    path.write_bytes(FILE)

    async def stop_reading(_: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)

    async with RawServer([stop_reading]) as server, Session(token="t", base_url=server.url) as acton:
        call = asyncio.ensure_future(acton.lists.merge("l-1", file=path, columns=COLUMNS))
        await until(lambda: server.connections)
        await asyncio.sleep(0.1)
        call.cancel()
        await asyncio.wait([call])
        await until(lambda: open_connections(acton) == 0)
        assert not _is_open(path)


def _is_open(path: Path) -> bool:
    links = [link.resolve() for link in Path("/proc/self/fd").iterdir() if link.exists()]
    return path.resolve() in links


@pytest.mark.slow
@virtual_time
async def test_a_stream_that_is_left_early_is_closed() -> None:
    """A walk over streamed rows that is broken off gives its connection back."""
    async with stage() as (server, acton):
        server.faults.add(_rows())
        rows = acton.lists.rejected_records("bad.csv")
        async for row in rows:
            assert row == {"Email": "a", "Why": "b"}
            break
        await rows.aclose()  # type: ignore[attr-defined]
        assert open_connections(acton) == 0
        await acton.account.get()


def _rows() -> Reply:
    return Reply(200, b"Email,Why\n" + b"a,b\n" * 200_000, content_type="text/csv")


async def _call(server: Emulator, acton: Session) -> object:
    return await acton.account.get()


async def _submission(server: Emulator, acton: Session) -> object:
    job = await acton.contacts.submit_upsert(_leads(server), email="a@b.de", data={"Email": "a@b.de"})
    return await job


async def _upload(server: Emulator, acton: Session) -> object:
    job = await acton.lists.merge(_leads(server), file=b"Email\na@b.de\n", columns=COLUMNS)
    return await job


async def _rejects(server: Emulator, acton: Session) -> object:
    job = await acton.lists.create("New", file=b"Email\nbad\na@b.de\n", columns=COLUMNS)
    return [row async for row in acton.lists.rejected_records(await job)]


async def _crowd(server: Emulator, acton: Session) -> object:
    return await asyncio.gather(*(acton.account.get() for _ in range(8)))


async def _in_line(server: Emulator, acton: Session) -> object:
    others = [asyncio.ensure_future(acton.account.get()) for _ in range(5)]
    await asyncio.sleep(0)
    end = await acton.account.get()
    await asyncio.wait(others)
    return end


async def _revoked(server: Emulator, acton: Session) -> object:
    await acton.account.get()
    server.revoke_access_tokens()
    server.faults.add(Slow(0.5), on="token")
    return await acton.account.get()


def _leads(server: Emulator) -> str:
    return server.list_ids()["Leads"]


@pytest.mark.slow
@pytest.mark.parametrize("waiting", [False, True], ids=["before a step", "while waiting"])
@pytest.mark.parametrize("scene", [_call, _submission, _upload, _rejects, _crowd, _in_line, _revoked])
@virtual_time
async def test_cancelled_at_any_step_nothing_stays_behind(scene: Scene, waiting: bool, tmp_path: Path) -> None:
    """A program cancelled at its N-th step, for every N, leaves no task, place, connection or temporary file."""
    with temporary_files_in(tmp_path):
        async with emulator(calls_per_second=None) as server:
            server.add_list("Leads", ["Email"])
            assert await steps_cancelled(scene, server, waiting=waiting, at_most=60) >= 1


def test_the_steps_are_counted() -> None:
    """The harness itself cancels where it says, and not at a step that is never reached."""

    async def two_steps() -> str:
        await asyncio.sleep(0)
        return "done"

    async def main(step: int, waiting: bool) -> object:
        task = asyncio.ensure_future(run(Steps(two_steps(), step, waiting=waiting)))
        await asyncio.wait([task])
        return "cancelled" if task.cancelled() else task.result()

    assert [asyncio.run(main(step, False)) for step in (1, 2, 3)] == ["cancelled", "cancelled", "done"]
    assert [asyncio.run(main(step, True)) for step in (1, 2)] == ["cancelled", "done"]
