"""Fast tests: against the emulator of a test nothing is waited for, and against everything else all limits stay.

Time is virtual: what a program waits for is counted, however busy the machine is.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from asyncsdk import (
    ActOnError,
    Column,
    FileStore,
    InvalidArgument,
    JobTimeout,
    Limiter,
    Limits,
    PollPolicy,
    QuotaExhausted,
    Session,
    TokenUnavailable,
)
from asyncsdk.emulator import Cut, Emulator, Reply, Settings, StallJob
from asyncsdk.http.fast_servers import FAST_SERVERS
from asyncsdk.testing import fast
from tests.support.stage import emulator, session
from tests.support.virtual_time import virtual_time

Work = Callable[[Emulator, Session, str], Awaitable[Any]]


async def upserts_and_a_put(_: Emulator, acton: Session, leads: str) -> None:
    """What the users' tests do most."""
    for number in range(20):
        await acton.contacts.upsert(leads, email=f"p{number}@example.com", data={"First Name": "Ada"})
    async with acton.contacts.queue(leads) as queue:
        await queue.put("ada@example.com", {"First Name": "Ada"}, wait=True)


async def puts(_: Emulator, acton: Session, leads: str) -> None:
    """Enough rows for a file, then a few more."""
    async with acton.contacts.queue(leads) as queue:
        await asyncio.gather(*(queue.put(f"p{number}@example.com", wait=True) for number in range(30)))
        await queue.put("ada@example.com", wait=True)


async def put_into_a_folder(_: Emulator, acton: Session, leads: str) -> None:
    """A queue that processes share."""
    with tempfile.TemporaryDirectory() as folder:
        async with acton.contacts.queue(leads, journal=Path(folder) / "journal") as queue:
            await queue.put("ada@example.com", wait=True)


async def put_that_is_lost(server: Emulator, acton: Session, leads: str) -> None:
    """A row whose answer is lost, and newer values for its address, which must not overtake it."""
    async with acton.contacts.queue(leads) as queue:
        server.faults.add(Cut("acted"), on="contacts.upsert")
        await queue.put("ada@example.com", {"First Name": "Ada"})
        await queue.put("bob@example.com", wait=True)
        await queue.put("ada@example.com", {"First Name": "Augusta"}, wait=True)
    assert ["ada@example.com", "Augusta"] in server.rows(leads)


async def jobs(_: Emulator, acton: Session, __: str) -> None:
    """A job."""
    columns = [Column("Email", "EMAIL")]
    await (await acton.lists.create("More", file=b"Email\nada@example.com\n", columns=columns))


async def bulk(_: Emulator, acton: Session, leads: str) -> None:
    """A run."""
    report = await acton.bulk.upsert(leads, [{"Email": f"p{number}@example.com"} for number in range(100)])
    assert report.created == 100


async def bulk_that_is_lost(server: Emulator, acton: Session, leads: str) -> None:
    """A file that may have arrived, and has not: it is looked for until it cannot come any more."""
    server.faults.add(Cut("arrival"), on="lists.merge")
    rows = [{"Email": f"p{number}@example.com"} for number in range(100)]
    assert (await acton.bulk.upsert(leads, rows, via="upload")).created == 100


async def retries(server: Emulator, acton: Session, _: str) -> None:
    """Two attempts that fail, and then one after a pause that the server asks for."""
    server.faults.add(Reply.unavailable(), on="account.get", times=2)
    server.faults.add(Reply.unavailable(retry_after=20), on="account.get")
    await acton.account.get()


async def throttled(server: Emulator, acton: Session, _: str) -> None:
    """A refusal for the rate, with a pause and without."""
    server.faults.add(Reply.throttled(), on="account.get")
    server.faults.add(Reply.throttled(retry_after=2), on="account.get")
    await acton.account.get()


async def logins(server: Emulator, acton: Session, _: str) -> None:
    """A login that fails, and the next one."""
    server.faults.add(Reply.unavailable(), on="token")
    with pytest.raises(TokenUnavailable):
        await acton.account.get()
    await acton.account.get()


WORK: list[Work] = [
    upserts_and_a_put,
    puts,
    put_into_a_folder,
    put_that_is_lost,
    jobs,
    bulk,
    bulk_that_is_lost,
    retries,
    throttled,
    logins,
]


async def seconds_on(server: Emulator, work: Work, **options: Any) -> float:
    """What a program waits for, the session's opening and closing included."""
    leads = server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])
    began = asyncio.get_running_loop().time()
    async with session(server, **options) as acton:
        await work(server, acton, leads)
    return asyncio.get_running_loop().time() - began


@pytest.mark.parametrize("work", WORK)
@virtual_time
async def test_nothing_is_waited_for(work: Work) -> None:
    """What takes seconds or minutes on any server takes next to nothing on one that is fast."""
    async with emulator() as server:
        with fast(server):
            assert await seconds_on(server, work) < 0.25
    async with emulator() as server:
        assert await seconds_on(server, work) > 0.9


@virtual_time
async def test_only_sessions_on_that_emulator_are_fast() -> None:
    """While one emulator is fast, a session on another one keeps its limits, its polls and its queue's waits."""
    async with emulator() as server, emulator() as other:
        with fast(server):
            assert await seconds_on(other, upserts_and_a_put) > 13
            assert await seconds_on(other, jobs) > 1.5
            assert await seconds_on(server, upserts_and_a_put) < 0.25


@virtual_time
async def test_a_session_is_slow_again_after_the_test() -> None:
    """What is made fast is as before when that ends, also when the test fails."""
    async with emulator() as server:
        before = Settings()
        with suppress(ZeroDivisionError), fast(server):
            assert server.settings != before
            raise ZeroDivisionError
        assert server.settings == before
        assert not FAST_SERVERS.has(server.url)
        assert await seconds_on(server, upserts_and_a_put) > 13


@virtual_time
async def test_a_shared_limit_is_not_lifted(tmp_path: Path) -> None:
    """A session on another server keeps the limits of a store, though a fast one uses the same store."""
    store = FileStore(tmp_path / "token")
    async with emulator() as server, emulator() as other:
        with fast(server):
            assert await seconds_on(server, upserts_and_a_put, store=store) < 0.25
            assert await seconds_on(other, upserts_and_a_put, store=store) > 13


@virtual_time
async def test_a_limiter_that_is_given_stays() -> None:
    """A limiter may be shared with sessions elsewhere, so a fast session leaves it as it is."""
    async with emulator() as server:
        with fast(server):
            limiter = Limiter(Limits(calls_per_second=2))
            assert await seconds_on(server, upserts_and_a_put, limiter=limiter) > 9


@pytest.mark.parametrize("limits", [Limits(longest_pause=1.0), Limits(max_wait=1.0)])
@virtual_time
async def test_a_pause_too_long_to_wait_for_is_refused(limits: Limits) -> None:
    """Pauses are shortened, not forgotten: one that is longer than the limits allow is refused."""
    async with emulator() as server:
        with fast(server):
            server.faults.add(Reply.throttled(retry_after=2), on="account.get")
            async with session(server, limits=limits) as acton:
                with pytest.raises(QuotaExhausted):
                    await acton.account.get()


@virtual_time
async def test_the_day_still_ends() -> None:
    """The day's calls make nobody wait, so they count: a test can spend them."""
    async with emulator() as server:
        with fast(server):
            async with session(server, limits=Limits(calls_per_day=3)) as acton:
                await acton.account.get()
                await acton.account.get()
                with pytest.raises(QuotaExhausted, match="3 calls"):
                    await acton.account.get()


@virtual_time
async def test_the_emulator_can_be_spent() -> None:
    """A test can spend the day's calls of the emulator, and its logins, which are enough for many tests."""
    async with emulator() as server:
        with fast(server):
            for _ in range(8):
                async with session(server) as acton:
                    await acton.account.get()
            server.spend_logins()
            server.spend_day()
            async with session(server) as acton:
                with pytest.raises(ActOnError):
                    await acton.account.get()
            assert server.calls[-1].status == 429


@virtual_time
async def test_a_deadline_of_jobs_stays() -> None:
    """A job that stands still ends by the deadline that the session was given."""
    async with emulator() as server:
        with fast(server):
            server.faults.add(StallJob(), on="lists.create")
            async with session(server, polling=PollPolicy(deadline=0.2)) as acton:
                with pytest.raises(JobTimeout):
                    await jobs(server, acton, "")


@virtual_time
async def test_settings_of_the_test_win() -> None:
    """Settings that are not the usual ones stay, whenever they were set, and are left to the test afterwards."""
    async with emulator(job_running=0.7, calls_per_second=1000) as server:
        with fast(server):
            assert (server.settings.job_running, server.settings.calls_per_second) == (0.7, 1000)
            server.settings.job_pending = 0.3
            assert await seconds_on(server, jobs) > 0.9
        assert (server.settings.job_pending, server.settings.job_running) == (0.3, 0.7)
        assert server.settings.logins_per_hour == 5


@pytest.mark.parametrize(
    "server", ["https://api.actonsoftware.com", None, SimpleNamespace(url="http://127.0.0.1:1")]
)
def test_only_an_emulator_can_be_made_fast(server: Any) -> None:
    """Neither a URL nor another server can be made fast."""
    with pytest.raises(InvalidArgument, match="Only an Emulator"), fast(server):
        pass


async def test_only_an_emulator_of_this_machine_can_be_made_fast() -> None:
    """An emulator that other machines reach can not."""
    async with Emulator(host=str(IPv4Address(0))) as server:
        with pytest.raises(InvalidArgument, match=r"127\.0\.0\.1"), fast(server):
            pass


def test_event_loops_in_threads_are_fast_each_for_itself() -> None:
    """Several emulators may be fast at once, in the event loops of several threads, and none stays so."""

    async def program() -> str:
        async with Emulator() as server:
            with fast(server):
                assert FAST_SERVERS.has(server.url)
                async with session(server) as acton:
                    await acton.account.get()
            return server.url

    with ThreadPoolExecutor(4) as threads:
        urls = list(threads.map(lambda _: asyncio.run(program()), range(8)))
    assert not any(map(FAST_SERVERS.has, urls))
