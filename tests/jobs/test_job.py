"""A job is awaited like a future, by anybody and any number of times, and never cancelled by accident."""

from __future__ import annotations

import asyncio
import gc
import logging
from contextvars import Context, ContextVar
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import pytest

from asyncsdk import Job, JobDetached, JobError, JobFailed, JobTimeout, UploadReport
from asyncsdk.jobs.job import JobControl, JobState
from tests.support.virtual_time import virtual_time

REPORT = UploadReport("l-0001", appended=3)


CONTROLS: WeakKeyDictionary[Job[Any], JobControl[Any]] = WeakKeyDictionary()
"""What a poller holds of each job."""


def job(job_id: str = "15959711") -> Job[UploadReport]:
    """A job that has just begun."""
    control: JobControl[UploadReport] = JobControl()
    it = Job(job_id, control)
    CONTROLS[it] = control
    return it


def finish(it: Job[UploadReport], outcome: UploadReport | JobError = REPORT) -> None:
    """End the job, as a poller does."""
    CONTROLS[it].finish(outcome)


def set_status(it: Job[UploadReport], status: JobState) -> None:
    """Tell the job what the server says, as a poller does."""
    CONTROLS[it].set_status(status)


def settle_in(seconds: float, it: Job[UploadReport], outcome: UploadReport | JobError = REPORT) -> None:
    """End the job later."""
    asyncio.get_running_loop().call_later(seconds, finish, it, outcome)


@virtual_time
async def test_awaiting_gives_the_report() -> None:
    """``await`` waits for the end and gives the report, before and after, once and again."""
    it = job()
    settle_in(5, it)
    assert await it == REPORT
    assert asyncio.get_running_loop().time() == 5
    assert await it is await it is it.result()
    assert (it.done(), it.status, it.exception()) == (True, "done", None)


@virtual_time
async def test_awaiting_raises_what_went_wrong() -> None:
    """A failed job raises its error at every awaiter, and tells it by ``exception()`` and ``result()``."""
    it = job()
    error = JobFailed("15959711", "Job 15959711 failed: no EMAIL column")
    settle_in(1, it, error)
    outcomes = await asyncio.gather(it, asyncio.shield(_wait(it)), return_exceptions=True)
    assert outcomes == [error, error]
    assert (it.exception(), it.status, it.done()) == (error, "failed", True)
    with pytest.raises(JobFailed, match="no EMAIL column"):
        it.result()


async def _wait(it: Job[UploadReport]) -> UploadReport:
    return await it


def test_asking_too_early_is_an_error() -> None:
    """``result()`` and ``exception()`` of a job under way raise InvalidStateError, as on a future."""
    it = job()
    assert (it.done(), it.status) == (False, "pending")
    for ask in (it.result, it.exception):
        with pytest.raises(asyncio.InvalidStateError, match="15959711 is not done: it is pending"):
            ask()


def test_the_first_ending_counts() -> None:
    """A job that has ended stays as it is, whatever is said of it later."""
    it = job()
    finish(it, REPORT)
    finish(it, JobFailed(it.id, "x"))
    it.abandon()
    assert (it.result(), it.status) == (REPORT, "done")


@virtual_time
async def test_cancelling_one_awaiter_leaves_the_others() -> None:
    """A task that stops waiting takes neither the job nor anybody else with it."""
    it = job()
    first, second = (asyncio.create_task(_wait(it)) for _ in range(2))
    settle_in(5, it)
    await asyncio.sleep(1)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert not it.done()
    assert await second == REPORT


@virtual_time
async def test_a_timeout_leaves_the_job_as_it_is() -> None:
    """``asyncio.timeout`` and ``wait_for`` end the waiting; the job goes on and can be awaited again."""
    it = job()
    settle_in(5, it)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await it
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(it, 1)
    assert not it.done()
    assert await it == REPORT


@virtual_time
async def test_jobs_are_gathered() -> None:
    """``asyncio.gather`` takes jobs, keeps their order, and takes the same one twice."""
    jobs = [job(str(number)) for number in range(3)]
    reports = [UploadReport(f"l-{number}") for number in range(3)]
    for seconds, it, report in zip((3, 1, 2), jobs, reports, strict=True):
        settle_in(seconds, it, report)
    assert await asyncio.gather(*jobs, jobs[0]) == [*reports, reports[0]]


@virtual_time
async def test_jobs_come_as_they_complete() -> None:
    """``asyncio.as_completed`` gives the quick ones first."""
    jobs = [job(str(number)) for number in range(3)]
    for seconds, it in zip((3, 1, 2), jobs, strict=True):
        settle_in(seconds, it, UploadReport(it.id))
    assert [(await each).list_id for each in asyncio.as_completed(jobs)] == ["1", "2", "0"]


def test_jobs_are_hashable_and_themselves() -> None:
    """Jobs are keys of dicts; two handles of one id are two jobs."""
    one, other = job(), job()
    assert len({one, other, job(one.id)} | {one}) == 3
    assert {one: "kept"}[one] == "kept"
    assert one != other
    assert repr(one) == "<Job 15959711 pending>"


@virtual_time
async def test_callbacks_get_the_job() -> None:
    """Each callback is called once, from the loop, with the job; also if it is added when the job is done."""
    it, called = job(), list[Job[UploadReport]]()
    it.add_done_callback(called.append)
    it.add_done_callback(called.append)
    finish(it, REPORT)
    assert called == []
    await asyncio.sleep(0)
    assert called == [it, it]
    it.add_done_callback(called.append)
    assert len(called) == 2
    await asyncio.sleep(0)
    assert called == [it, it, it]


@virtual_time
async def test_a_callback_is_called_in_the_context_in_which_it_was_added() -> None:
    """As with a future: it sees the context variables of the code that added it, and none of the poll's."""
    it, called = job(), list[str]()
    request = ContextVar("request", default="none")
    for name in ("first", "second"):
        request.set(name)
        it.add_done_callback(lambda _: called.append(request.get()))
    Context().run(finish, it, REPORT)
    await asyncio.sleep(0)
    assert called == ["first", "second"]


@virtual_time
async def test_a_callback_that_raises_does_not_stop_the_others() -> None:
    """Its error goes to the loop's handler, as with a future."""
    it, called, told = job(), list[Job[UploadReport]](), list[Any]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["exception"]))

    def broken(_: Job[UploadReport]) -> None:
        raise RuntimeError("broken")

    it.add_done_callback(broken)
    it.add_done_callback(called.append)
    finish(it, REPORT)
    await asyncio.sleep(0)
    assert called == [it]
    assert [str(error) for error in told] == ["broken"]


@virtual_time
async def test_callbacks_can_be_taken_back() -> None:
    """``remove_done_callback`` tells how many it took, and they are not called."""
    it, called, other = job(), list[Any](), list[Any]()
    assert it.remove_done_callback(called.append) == 0
    for callback in (called.append, other.append, called.append):
        it.add_done_callback(callback)
    assert it.remove_done_callback(called.append) == 2
    finish(it, REPORT)
    await asyncio.sleep(0)
    assert (called, other) == ([], [it])


@virtual_time
async def test_a_partial_callback_can_be_taken_back() -> None:
    """A ``functools.partial`` is a callback like others: it is given the job, and can be taken back."""
    it, called = job(), list[Any]()
    kept, taken_back = partial(called.insert, 0), partial(called.insert, 1)
    it.add_done_callback(kept)
    it.add_done_callback(taken_back)
    assert it.remove_done_callback(taken_back) == 1
    finish(it, REPORT)
    await asyncio.sleep(0)
    assert called == [it]


@virtual_time
async def test_abandoning_detaches_everybody() -> None:
    """``abandon()`` stops the watching: awaiters get JobDetached with the id to resume by."""
    it = job()
    waiting = asyncio.create_task(_wait(it))
    await asyncio.sleep(0)
    it.abandon()
    it.abandon()
    assert (it.done(), it.status) == (True, "pending")
    with pytest.raises(JobDetached, match="abandoned") as detached:
        await waiting
    assert detached.value.job_id == "15959711"
    assert not hasattr(it, "cancel")


@virtual_time
async def test_updates_give_each_status() -> None:
    """The present status comes first, then each change, and the end ends them."""
    it, seen = job(), list[str]()
    loop = asyncio.get_running_loop()
    for seconds, status in ((1, "pending"), (2, "running"), (3, "running")):
        loop.call_later(seconds, set_status, it, status)
    settle_in(4, it)
    async for status in it.updates():
        seen.append(f"{status} at {loop.time():g}")
    assert seen == ["pending at 0", "running at 2", "done at 4"]
    assert [status async for status in it.updates()] == ["done"]


@pytest.mark.parametrize(
    ("ending", "last"), [(JobFailed("1", "x"), ["pending", "failed"]), (JobTimeout("1", "x"), ["pending"])]
)
def test_updates_end_with_a_failure(ending: JobError, last: list[str]) -> None:
    """A failed job's updates end with its status; the error is for whoever awaits the job."""

    @virtual_time
    async def run() -> None:
        it = job()
        settle_in(1, it, ending)
        assert [status async for status in it.updates()] == last
        assert it.exception() is ending

    run()


@virtual_time
async def test_updates_of_a_detached_job_say_so() -> None:
    """Whoever follows the updates learns that none will come any more."""
    it = job()
    asyncio.get_running_loop().call_later(1, it.abandon)
    updates = it.updates()
    assert await anext(updates) == "pending"
    with pytest.raises(JobDetached):
        await anext(updates)


@virtual_time
async def test_a_slow_follower_is_told_the_latest() -> None:
    """Whoever takes long between two updates learns what holds now, and never misses the end."""
    it, seen = job(), list[str]()
    asyncio.get_running_loop().call_later(1, set_status, it, "running")
    settle_in(2, it)
    async for status in it.updates():
        seen.append(status)
        await asyncio.sleep(5)
    assert seen == ["pending", "done"]


@virtual_time
async def test_several_may_follow_the_updates() -> None:
    """Followers and awaiters do not get in each other's way."""
    it = job()

    async def follow() -> list[str]:
        return [status async for status in it.updates()]

    asyncio.get_running_loop().call_later(1, set_status, it, "running")
    settle_in(2, it)
    assert await asyncio.gather(follow(), _wait(it), follow()) == [
        ["pending", "running", "done"],
        REPORT,
        ["pending", "running", "done"],
    ]


@pytest.mark.slow
@virtual_time
async def test_a_failed_job_that_nobody_awaits_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """No "exception was never retrieved": a report that nobody wants is no error."""
    told = list[Any]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    with caplog.at_level(logging.DEBUG):
        it = job()
        waiting = asyncio.create_task(_wait(it))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        finish(it, JobFailed(it.id, "x"))
        del it, waiting
        gc.collect()
        await asyncio.sleep(0)
    assert told == []
    assert [record for record in caplog.records if record.name != "asyncio" or record.levelno > logging.INFO] == []


def test_a_job_that_nobody_awaits_is_small() -> None:
    """Ten thousand jobs cost no futures: none is made before somebody waits."""
    it = job()
    control = CONTROLS[it]
    assert (control._wakes, control._callbacks) == (None, None)
    assert not hasattr(it, "__dict__")
    assert not hasattr(control, "__dict__")


def test_users_cannot_end_a_job() -> None:
    """The handle has what a future's reader needs and ``abandon()``; only the poller can change a job."""
    public = {name for name in dir(job()) if not name.startswith("_")}
    assert public == {
        "abandon",
        "add_done_callback",
        "done",
        "exception",
        "id",
        "remove_done_callback",
        "result",
        "status",
        "updates",
    }
