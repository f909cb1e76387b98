"""Several event loops at once, each in a thread of its own: what is shared works, or says no at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from asyncsdk import ActOnError, Job, Limiter, MemoryStore
from asyncsdk.emulator import Emulator, Settings
from asyncsdk.jobs.job import JobControl
from tests.support.stage import outcome, session

T = TypeVar("T")


async def in_threads(work: Callable[[], Awaitable[T]], number: int = 3) -> list[T]:
    """Do the work in so many event loops at once, each in a thread, while this one goes on."""

    async def main() -> T:
        return await work()

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(number) as threads:
        running = [loop.run_in_executor(threads, lambda: asyncio.run(main())) for _ in range(number)]
        return await asyncio.wait_for(asyncio.gather(*running), 120)


async def test_a_limiter_in_two_live_loops_says_no_at_once() -> None:
    """A limiter that serves one loop refuses calls from another clearly, without a wait, and goes on serving."""
    async with Emulator(Settings(calls_per_second=None)) as server:
        limiter = Limiter()
        async with session(server, limiter=limiter) as acton:
            await acton.account.get()

            async def call() -> object:
                async with session(server, limiter=limiter) as other:
                    return await asyncio.wait_for(outcome(other.account.get()), 60)

            ends = await in_threads(call)
            assert {type(end) for end in ends} == {ActOnError}
            assert "in use in another event loop" in str(ends[0])
            assert (await acton.account.get()).account_id == 12345


async def test_a_limiter_of_two_threads_leaves_nobody_waiting() -> None:
    """Of three loops that begin with one limiter at once one is served, the others are told, and none hangs."""
    async with Emulator() as server:
        limiter, store = Limiter(), MemoryStore()

        async def calls() -> list[object]:
            async with session(server, limiter=limiter, store=store) as acton:
                return list(await asyncio.gather(*(outcome(acton.account.get()) for _ in range(4))))

        ends = [end for each in await in_threads(calls) for end in each]
        assert len(ends) == 12
        told = [end for end in ends if isinstance(end, Exception)]
        assert {type(end) for end in told} <= {ActOnError}
        assert len(told) <= 8


def test_a_limiter_whose_loop_sleeps_with_callers_in_line_is_not_taken_away() -> None:
    """A loop that is stopped in the middle keeps its callers: another loop is refused meanwhile."""
    limiter = Limiter()
    with asyncio.Runner() as first, asyncio.Runner() as second:

        async def fill() -> asyncio.Future[object]:
            for _ in range(5):
                (await limiter.acquire()).answered()
            waiting = asyncio.ensure_future(outcome(limiter.acquire()))
            await asyncio.sleep(0)
            return waiting

        async def ended(waiting: asyncio.Future[object]) -> object:
            return await asyncio.wait_for(waiting, 60)

        waiting = first.run(fill())
        assert isinstance(second.run(outcome(limiter.acquire())), ActOnError)
        assert not isinstance(first.run(ended(waiting)), Exception)
        assert not isinstance(second.run(outcome(limiter.acquire())), Exception)


async def test_a_memory_store_lets_one_loop_renew_at_a_time() -> None:
    """Sessions in three live loops on one MemoryStore log in once between them."""
    async with Emulator(Settings(calls_per_second=None)) as server:
        store = MemoryStore()

        async def call() -> object:
            async with session(server, store=store) as acton:
                return await outcome(acton.account.get())

        ends = await in_threads(call)
        assert not any(isinstance(end, Exception) for end in ends)
        assert len(server.calls.of("token")) == 1


async def test_the_right_to_renew_is_exclusive_among_loops() -> None:
    """No two tasks of any loops hold it at once, and all get it in the end."""
    store, inside, most, lock = MemoryStore(), 0, 0, threading.Lock()

    async def renew() -> None:
        nonlocal inside, most
        for _ in range(20):
            async with store.exclusive():
                with lock:
                    inside += 1
                    most = max(most, inside)
                await asyncio.sleep(0.0005)
                with lock:
                    inside -= 1

    async def several() -> None:
        await asyncio.gather(renew(), renew())

    await in_threads(several)
    assert (inside, most) == (0, 1)


def test_a_loop_that_was_closed_in_the_middle_frees_the_store() -> None:
    """A loop that is closed while one of its tasks holds the right to renew does not keep it for ever."""
    store = MemoryStore()
    loop = asyncio.new_event_loop()
    held = store.exclusive()
    loop.run_until_complete(held.__aenter__())
    loop.close()

    async def renew() -> None:
        async with asyncio.timeout(60), store.exclusive():
            pass

    asyncio.run(renew())


async def test_a_session_is_closed_only_where_it_was_opened() -> None:
    """Closing a session from another loop says so, and leaves it open; closing it twice is harmless anywhere."""
    async with Emulator() as server:
        acton = session(server)
        await acton.open()
        ends = await in_threads(lambda: outcome(acton.close()), 1)
        assert isinstance(ends[0], ActOnError)
        assert "another event loop" in str(ends[0])
        await acton.account.get()
        await acton.close()
        assert await in_threads(lambda: outcome(acton.close()), 1) == [None]


@pytest.mark.parametrize("late", [False, True], ids=["awaited first", "done first"])
async def test_a_job_may_be_awaited_in_another_loop(late: bool) -> None:
    """Whoever awaits a job in another thread's loop gets its result there, and does not wait for ever."""
    control: JobControl[int] = JobControl()
    job = Job("1", control)
    started = threading.Event()

    async def wait() -> int:
        started.set()
        return await job

    if late:
        control.finish(7)
    waiting = asyncio.ensure_future(in_threads(wait, 2))
    await asyncio.to_thread(started.wait, 5)
    await asyncio.sleep(0.05)
    control.finish(7)
    assert await waiting == [7, 7]


async def test_a_job_that_another_thread_abandons_calls_back_in_the_loop_of_the_callback() -> None:
    """A thread without an event loop may abandon a job: its callbacks come in the loop in which they were added."""
    job: Job[int] = Job("1", JobControl())
    called: asyncio.Future[tuple[Job[int], int]] = asyncio.get_running_loop().create_future()
    job.add_done_callback(lambda it: called.set_result((it, threading.get_ident())))
    await asyncio.to_thread(job.abandon)
    assert await asyncio.wait_for(called, 60) == (job, threading.get_ident())


@pytest.mark.parametrize("loop_runs", [True, False], ids=["ended by a loop", "ended by none"])
def test_a_callback_may_be_added_while_no_loop_runs(loop_runs: bool) -> None:
    """As with a future: a callback that plain code adds is called once, in the loop that ends the job, if any."""
    control: JobControl[int] = JobControl()
    job = Job("1", control)
    called: list[Job[int]] = []
    job.add_done_callback(called.append)

    async def end() -> None:
        control.finish(7)
        assert called == []
        await asyncio.sleep(0)

    if loop_runs:
        asyncio.run(end())
    else:
        job.abandon()
    assert called == [job]
    job.add_done_callback(called.append)
    assert called == [job, job]


@pytest.mark.slow
async def test_followers_in_other_loops_miss_no_end() -> None:
    """Loops that begin to follow a job while it changes and ends in another thread see its end, and none hangs."""
    for _ in range(100):
        control: JobControl[int] = JobControl()
        job = Job("1", control)
        started = threading.Barrier(4, timeout=60)

        async def follow(job: Job[int] = job, started: threading.Barrier = started) -> tuple[str, int]:
            started.wait()
            seen = [status async for status in job.updates()]
            return seen[-1], await job

        followers = asyncio.ensure_future(in_threads(follow, 3))
        await asyncio.to_thread(started.wait)
        control.set_status("running")
        control.finish(7)
        assert await followers == [("done", 7)] * 3


async def test_a_session_used_in_another_thread_is_told() -> None:
    """A call of a session from another thread's loop is refused at once."""
    async with Emulator() as server, session(server) as acton:
        ends = await in_threads(lambda: outcome(acton.account.get()), 2)
        assert {type(end) for end in ends} == {ActOnError}
        assert len(server.calls) == 0
