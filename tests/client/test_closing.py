"""Closing: everybody who waits learns how things stand, and nothing that counts is lost."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from asyncsdk import (
    ActOnError,
    FileStore,
    Job,
    JobDetached,
    MemoryStore,
    ReplyLost,
    Session,
    SessionClosed,
    StoreFailed,
)
from asyncsdk.emulator import Emulator, Hang, Reply, Slow, StallJob
from tests.support.raw_server import RawServer, Seen
from tests.support.stage import count_logins, emulator, issued, outcome, password_grant, session, stage, until
from tests.support.virtual_time import virtual_time


async def _fill_the_second(acton: Session) -> None:
    """Spend the five places of the present second."""
    await asyncio.gather(*(acton.account.get() for _ in range(5)))


@virtual_time
async def test_calls_that_wait_end_at_once() -> None:
    """A call that waits for its place ends with SessionClosed without time passing, and is never sent."""
    async with stage() as (server, acton):
        await _fill_the_second(acton)
        waiting = [asyncio.ensure_future(outcome(acton.account.get())) for _ in range(7)]
        await asyncio.sleep(0.01)
        began = asyncio.get_running_loop().time()
        await acton.close()
        ends = await asyncio.gather(*waiting)
        assert asyncio.get_running_loop().time() - began < 0.1
        assert [type(end) for end in ends] == [SessionClosed] * 7
        assert len(server.calls) == 5


@virtual_time
async def test_calls_on_the_wire_may_finish() -> None:
    """A call that is being answered while the session closes gets its answer."""
    async with stage() as (server, acton):
        server.faults.add(Slow(2.0))
        call = asyncio.ensure_future(acton.account.get())
        await until(lambda: len(server.calls))
        await acton.close()
        assert (await call).account_id == 12345


@virtual_time
async def test_calls_on_the_wire_get_four_seconds() -> None:
    """An answer that comes 3.9 s after close began is still given, and everybody's, not only the first one's."""
    async with stage() as (server, acton):
        server.faults.add(Slow(3.9), times=3)
        calls = [asyncio.ensure_future(acton.account.get()) for _ in range(3)]
        await until(lambda: len(server.calls) == 3)
        await acton.close()
        assert [end.account_id for end in await asyncio.gather(*calls)] == [12345] * 3


@virtual_time
async def test_calls_that_hang_end_within_five_seconds() -> None:
    """A call whose answer does not come ends with ReplyLost within 5 seconds of close."""
    async with stage() as (server, acton):
        server.faults.add(Hang())
        call = asyncio.ensure_future(outcome(acton.account.get()))
        await until(lambda: len(server.calls))
        began = asyncio.get_running_loop().time()
        await acton.close()
        assert asyncio.get_running_loop().time() - began <= 5.0
        assert isinstance(await call, ReplyLost)
        assert asyncio.get_running_loop().time() - began <= 5.0


@virtual_time
async def test_a_call_between_two_attempts_ends_at_once() -> None:
    """A call that waits to be tried again ends with SessionClosed at once."""
    async with stage() as (server, acton):
        server.faults.add(Reply.unavailable(retry_after=100))
        call = asyncio.ensure_future(outcome(acton.account.get()))
        await until(lambda: len(server.calls))
        await asyncio.sleep(1)
        began = asyncio.get_running_loop().time()
        await acton.close()
        assert isinstance(await call, SessionClosed)
        assert asyncio.get_running_loop().time() - began < 0.1


@virtual_time
async def test_while_closing_new_calls_are_refused() -> None:
    """From the first moment of close no call is let in, although others may still be on the wire."""
    async with stage() as (server, acton):
        server.faults.add(Hang())
        call = asyncio.ensure_future(outcome(acton.account.get()))
        await until(lambda: len(server.calls))
        closing = asyncio.ensure_future(acton.close())
        await asyncio.sleep(0)
        with pytest.raises(SessionClosed):
            await acton.account.get()
        await closing
        await call
        assert len(server.calls) == 1


@virtual_time
async def test_pending_jobs_are_detached() -> None:
    """Whoever awaits a job learns at once that it is no longer watched, and by which id to resume it."""
    async with stage() as (server, acton):
        server.faults.add(StallJob())
        leads = server.add_list("Leads", ["Email"])
        job = await acton.contacts.submit_upsert(leads, email="ada@example.com", data={})
        waiters = [asyncio.ensure_future(outcome(_awaited(job))) for _ in range(3)]
        await asyncio.sleep(20)
        await acton.close()
        for end in await asyncio.gather(*waiters):
            assert isinstance(end, JobDetached)
            assert end.job_id == job.id
            assert job.id in str(end)


async def _awaited(job: Job[Any]) -> Any:
    return await job


@virtual_time
async def test_a_running_renewal_finishes_and_is_kept() -> None:
    """A login under way is not wasted: its token is in the store, and the next session needs no login."""
    store = MemoryStore()
    async with emulator() as server:
        logins = count_logins(server)
        acton = session(server, store=store)
        await acton.open()
        server.faults.add(Slow(2.0), on="token")
        call = asyncio.ensure_future(outcome(acton.account.get()))
        await until(lambda: logins)
        await acton.close()
        assert isinstance(await call, SessionClosed)
        assert await store.load(password_grant(server).owner()) is not None
        async with session(server, store=store) as another:
            await another.account.get()
        assert len(logins) == 1


@virtual_time
async def test_a_renewal_that_hangs_does_not_hold_up_close() -> None:
    """A token endpoint that never answers delays close by no more than 5 seconds."""
    async with emulator() as server:
        acton = session(server)
        await acton.open()
        server.faults.add(Hang(), on="token")
        call = asyncio.ensure_future(outcome(acton.account.get()))
        await until(lambda: len(server.calls))
        began = asyncio.get_running_loop().time()
        await acton.close()
        assert asyncio.get_running_loop().time() - began <= 5.0
        assert isinstance(await call, SessionClosed)


@virtual_time
async def test_the_sockets_are_closed() -> None:
    """After close no connection to the server is left."""
    async with stage() as (server, acton):
        await _fill_the_second(acton)
        assert _connections(server) >= 1
        await acton.close()
        await until(lambda: not _connections(server))


def _connections(server: Emulator) -> int:
    runner = server._runner
    assert runner is not None
    assert runner.server is not None
    return len(runner.server.connections)


@virtual_time
async def test_no_task_is_left_behind() -> None:
    """After close the loop holds the tasks that it held before open."""
    async with emulator() as server:
        before = asyncio.all_tasks()
        async with session(server) as acton:
            leads = server.add_list("Leads", ["Email"])
            await acton.contacts.submit_upsert(leads, email="ada@example.com", data={})
            ends = [asyncio.ensure_future(outcome(acton.account.get())) for _ in range(20)]
            await asyncio.sleep(0.5)
        await asyncio.gather(*ends)
        await until(lambda: asyncio.all_tasks() <= before)


@virtual_time
async def test_a_stream_that_is_being_read_ends() -> None:
    """Whoever reads rows while the session closes is told that they are not all, and does not wait for ever."""

    async def drip(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nEmail,Why\n")
        while not writer.is_closing():
            writer.write(b"a,b\n")
            await asyncio.sleep(1)

    async with RawServer([drip]) as server, aiohttp.ClientSession() as mine:
        for http in (None, mine):
            acton = Session(token="t", base_url=server.url, http=http)
            await acton.open()
            reader = asyncio.ensure_future(outcome(_count(acton.lists.rejected_records("bad.csv"))))
            await asyncio.sleep(10.5)
            await acton.close()
            async with asyncio.timeout(5):
                assert isinstance(await reader, ReplyLost)


async def _count(rows: AsyncIterator[object]) -> int:
    return len([row async for row in rows])


@virtual_time
async def test_a_job_submitted_in_the_last_moment_is_detached() -> None:
    """A submission that is answered while the session closes gives a job that is detached at once, with its id."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", ["Email"])
        server.faults.add(Slow(2.0))
        call = asyncio.ensure_future(acton.contacts.submit_upsert(leads, email="ada@example.com", data={}))
        await until(lambda: len(server.calls))
        await acton.close()
        job = await call
        assert isinstance(job.exception(), JobDetached)
        assert job.id


@virtual_time
async def test_opening_is_not_overtaken_by_closing(tmp_path: Path) -> None:
    """A session that is closed, or opened again, while it opens has one owner of its sockets, and leaks none."""
    async with emulator() as server:
        acton = session(server, store=FileStore(tmp_path / "token"))
        ends = await asyncio.gather(acton.open(), acton.open(), return_exceptions=True)
        assert [isinstance(end, ActOnError) for end in ends].count(True) == 1
        await acton.account.get()
        await acton.close()
        acton = session(server, store=FileStore(tmp_path / "token"))
        opening = asyncio.ensure_future(outcome(acton.open()))
        await asyncio.sleep(0)
        await acton.close()
        assert isinstance(await opening, SessionClosed)
        assert isinstance(await outcome(acton.account.get()), SessionClosed)


@virtual_time
async def test_closing_does_not_wait_for_a_process_that_is_stopped(tmp_path: Path) -> None:
    """A session closes in 5 seconds although another process holds the store's counts and does not let go."""
    async with emulator() as server:
        acton = session(server, token=issued(server), store=FileStore(tmp_path / "token.json"))
        await acton.open()
        await acton.account.get()
        handle = os.open(tmp_path / "token.json.usage.lock", os.O_RDWR | os.O_CREAT)
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            began = asyncio.get_running_loop().time()
            await acton.close()
            assert asyncio.get_running_loop().time() - began < 5
            with pytest.raises(StoreFailed, match=r"token\.json\.usage\.lock"):
                await session(server, store=FileStore(tmp_path / "token.json")).open()
        finally:
            os.close(handle)
