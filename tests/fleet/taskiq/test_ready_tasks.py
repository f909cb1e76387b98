"""Ready tasks and sessions, with a broker in memory and an emulator on a socket."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from taskiq import InMemoryBroker, TaskiqDepends
from taskiq_redis import RedisStreamBroker

from asyncsdk import ActOnError, Column, FileStore, InvalidArgument, NotSent, PasswordGrant, PollPolicy, Session
from asyncsdk.emulator import Emulator, Settings
from asyncsdk.fleet.taskiq import ActOnRetries, DeadLetters, FetchBounds, ReadyTasks, Sessions
from tests.support.http_server import serving

QUICK = Settings(calls_per_second=None, job_pending=0.0, job_running=0.02)

ROWS = "Email\nada@example.com\nbob@example.com\nnobody\n"


@asynccontextmanager
async def a_worker(folder: Path) -> AsyncIterator[tuple[ReadyTasks, Emulator, InMemoryBroker]]:
    """A worker in this process; the emulator's list is l-0001."""
    async with Emulator(QUICK) as server:
        broker = InMemoryBroker(await_inplace=True)
        broker.add_middlewares(ActOnRetries(first_wait=0.01, longest_wait=0.02))
        grant = PasswordGrant(**server.credentials)
        polling = PollPolicy(max_gap=0.3)
        acton_of = Sessions(broker, None, {"acme": grant}, base_url=server.url, polling=polling)
        broker.state.acton_of = acton_of
        tasks = ReadyTasks(broker, acton_of, folder=folder, bounds=FetchBounds(most_bytes=1_000))
        server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])
        await broker.startup()
        try:
            yield tasks, server, broker
        finally:
            await broker.shutdown()


async def result_of(task: Any) -> Any:
    """What a task returned; its error is raised."""
    result = await task.wait_result(timeout=180)
    result.raise_for_error()
    return result.return_value


async def test_one_contact_is_saved(tmp_path: Path) -> None:
    """A task saves one contact, and returns nothing of it."""
    async with a_worker(tmp_path) as (tasks, server, _):
        task = await tasks.save_contact.kiq("acme", "l-0001", "ada@example.com", {"First Name": "Ada"})
        assert await result_of(task) is None
        assert server.rows("l-0001") == [["ada@example.com", "Ada"]]


@pytest.mark.slow
async def test_a_file_is_upserted_from_a_path_and_from_an_address(tmp_path: Path) -> None:
    """Its rows are told as numbers; put again with the name of its run, nothing is sent twice."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text=ROWS if request.path == "/rows.csv" else "x" * 2_000)

    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    async with a_worker(tmp_path) as (tasks, server, broker), serving(answer) as url:
        for source in (str(path), f"{url}/rows.csv"):
            told = await result_of(await tasks.upsert_file.kiq("acme", "l-0001", source, run="people"))
            assert (told["rows"], told["created"], told["rejected"]) == (3, 2, 1)
        assert len(server.rows("l-0001")) == 2
        assert len(server.calls.of("contacts.upsert")) + len(server.calls.of("lists.merge")) <= 2
        for source, run in ((f"{url}/long.csv", "long"), (str(path), "../people"), (str(tmp_path / "no"), "no")):
            with pytest.raises(InvalidArgument):
                await result_of(await tasks.upsert_file.kiq("acme", "l-0001", source, run=run))
        assert [each.kind for each in await DeadLetters(broker).list()] == ["InvalidArgument"] * 3


@pytest.mark.slow
async def test_a_run_with_a_journal_may_be_run_again(tmp_path: Path) -> None:
    """An upload is unsafe to repeat, so a task that fails later is given up; a run with a journal repeats none."""
    async with a_worker(tmp_path) as (_, server, broker):
        runs: list[bool] = []
        acton_of = broker.state.acton_of

        @broker.task(task_name="work")
        async def work(journal: bool, acton: Session = TaskiqDepends(acton_of)) -> None:
            runs.append(journal)
            path = tmp_path / "journal" if journal else None
            await acton.bulk.upsert("l-0001", [{"Email": "ada@example.com"}], via="upload", journal=path)
            if runs.count(journal) == 1:
                raise NotSent("away")

        await result_of(await work.kiq(True))
        with pytest.raises(NotSent):
            await result_of(await work.kiq(False))
        assert runs == [True, True, False]
        assert [each.kind for each in await DeadLetters(broker).list()] == ["NotSent"]
        assert len(server.calls.of("lists.merge")) == 2


@pytest.mark.slow
async def test_a_job_is_waited_for(tmp_path: Path) -> None:
    """A job that was begun elsewhere is waited for by its id, and its numbers are told."""
    async with a_worker(tmp_path) as (tasks, server, _):
        grant = PasswordGrant(**server.credentials)
        async with Session(grant=grant, base_url=server.url) as acton:
            job = await acton.lists.merge(
                "l-0001", file=b"Email\nada@example.com\n", columns=[Column("Email", "EMAIL")]
            )
        told = await result_of(await tasks.wait_for_upload.kiq("acme", job.id))
        assert told == {"list_id": "l-0001", "appended": 1, "updated": 0, "failed": 0, "rejected": 0}


async def test_a_task_gets_the_session_of_its_account(tmp_path: Path) -> None:
    """By its argument, or by name; one that names none or an unknown one is bad input."""
    async with Emulator(QUICK) as server:
        broker = InMemoryBroker(await_inplace=True)
        broker.add_middlewares(ActOnRetries())
        grant = PasswordGrant(**server.credentials)
        acton_of = Sessions(broker, None, {"acme": grant, "globex": grant}, base_url=server.url)

        @broker.task(task_name="named")
        async def named(what: int, account: str = "acme", acton: Session = TaskiqDepends(acton_of)) -> int:
            return id(acton)

        of_globex = acton_of.account("globex")

        @broker.task(task_name="fixed")
        async def fixed(acton: Session = TaskiqDepends(of_globex)) -> int:
            return id(acton)

        @broker.task(task_name="none")
        async def none(acton: Session = TaskiqDepends(acton_of)) -> int:
            return id(acton)

        with pytest.raises(ActOnError, match="start the broker first"):
            await acton_of.session("acme")
        await broker.startup()
        try:
            acme = id(await acton_of.session("acme"))
            globex = await acton_of.session("globex")
            assert [await result_of(await named.kiq(*each)) for each in ((1,), (1, "acme"))] == [acme, acme]
            assert await result_of(await named.kiq(1, account="globex")) == id(globex)
            assert await result_of(await fixed.kiq()) == id(globex)
            for task in (named.kiq(1, "initech"), none.kiq()):
                with pytest.raises(InvalidArgument):
                    await result_of(await task)
            with pytest.raises(InvalidArgument):
                acton_of.account("initech")
        finally:
            await broker.shutdown()
        assert "closed" in repr(globex)


async def test_one_of_two_that_wait_for_a_session_is_cancelled() -> None:
    """The other gets it, there is one, and it is closed with the worker."""
    async with Emulator(QUICK) as server:
        broker = InMemoryBroker()
        acton_of = Sessions(broker, None, {"acme": PasswordGrant(**server.credentials)}, base_url=server.url)
        await broker.startup()
        first, second = (asyncio.create_task(acton_of.session("acme")) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        session = await second
        assert first.cancelled()
        assert await acton_of.session("acme") is session
        await session.account.get()
        await broker.shutdown()
        assert "closed" in repr(session)


async def test_a_session_whose_opening_is_cancelled_is_opened_again() -> None:
    """A program cancels the task that opens a session: those who wait get it all the same, and it stays usable."""
    async with Emulator(QUICK) as server:
        broker = InMemoryBroker()
        acton_of = Sessions(broker, None, {"acme": PasswordGrant(**server.credentials)}, base_url=server.url)
        await broker.startup()
        waiting = asyncio.create_task(acton_of.session("acme"))
        await asyncio.sleep(0)
        (opening,) = (task for task in asyncio.all_tasks() if task.get_name() == "asyncsdk session")
        opening.cancel()
        session = await waiting
        assert await acton_of.session("acme") is session
        await session.account.get()
        await broker.shutdown()


async def test_a_session_that_fails_when_nobody_waits_any_more_is_not_reported() -> None:
    """Its only waiter was cancelled: asyncio logs no stack trace, and the next task is told what is wrong."""
    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    broker = InMemoryBroker()
    acton_of = Sessions(broker, None, {"acme": PasswordGrant("a", "b", "c", "d")}, base_url="nowhere")
    await broker.startup()
    waiter = asyncio.create_task(acton_of.session("acme"))
    await asyncio.sleep(0)
    waiter.cancel()
    await asyncio.wait([waiter])
    assert waiter.cancelled()
    del waiter
    gc.collect()
    assert reported == []
    with pytest.raises(InvalidArgument):
        await acton_of.session("acme")
    await broker.shutdown()


async def test_workers_without_a_fleet_share_the_token_of_a_store(tmp_path: Path) -> None:
    """The second worker needs no login; a store goes with one account, and with no fleet."""
    async with Emulator(QUICK) as server:
        grant, store = PasswordGrant(**server.credentials), FileStore(tmp_path / "token.json")
        for _ in range(2):
            broker = InMemoryBroker()
            acton_of = Sessions(broker, None, {"acme": grant}, store=store, base_url=server.url)
            await broker.startup()
            await (await acton_of.session("acme")).account.get()
            await broker.shutdown()
        assert len(server.calls.of("token")) == 1
        with pytest.raises(InvalidArgument, match="one account"):
            Sessions(broker, None, {"acme": grant, "globex": grant}, store=store)


def test_what_cannot_be_is_refused() -> None:
    """No account, a name that is none, credentials in two places, and a broker that keeps nothing."""
    broker = InMemoryBroker()
    grant = PasswordGrant("id", "secret", "user", "password")
    for accounts, options in (({}, {}), ({"a@example.com": grant}, {}), ({"acme": grant}, {"token": "t"})):
        with pytest.raises(InvalidArgument):
            Sessions(broker, None, accounts, **options)
    other = RedisStreamBroker("redis://127.0.0.1:1")
    with pytest.raises(InvalidArgument, match="need a DurableBroker"):
        other.add_middlewares(ActOnRetries())
    with pytest.raises(InvalidArgument, match="need a DurableBroker"):
        DeadLetters(other)
