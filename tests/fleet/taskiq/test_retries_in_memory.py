"""Retries and dead letters, with a broker in memory, an emulator on a socket, and a clock that the tests set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from math import inf
from typing import Any

import pytest
from attrs import define, field
from taskiq import Context, InMemoryBroker, TaskiqDepends

from asyncsdk import (
    Conflict,
    GatewayError,
    InvalidArgument,
    JobFailed,
    JobTimeout,
    NotSent,
    PasswordGrant,
    QuotaExhausted,
    RateLimited,
    ReplyLost,
    RetryPolicy,
    ServerError,
    Session,
    StoreFailed,
)
from asyncsdk.bulk import RunInUse
from asyncsdk.emulator import Cut, Emulator, Reply
from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from asyncsdk.fleet.taskiq.dead_letters import DeadLetters
from asyncsdk.fleet.taskiq.retries import ActOnRetries
from asyncsdk.fleet.taskiq.retry_rules import RULES, Rule
from asyncsdk.fleet.taskiq.sessions import Sessions
from tests.support.virtual_time import virtual_time

DAY = 86_400.0


@define
class World:
    """A worker in this process, and the times at which its task ran."""

    broker: InMemoryBroker
    server: Emulator
    letters: DeadLetters
    acton_of: Sessions
    runs: list[float] = field(factory=list)

    def task(self, work: Callable[[Session], Awaitable[object]]) -> Any:
        """A task that notes when it runs, then works with its session."""

        @self.broker.task(task_name="work")
        async def task(what: str = "", acton: Session = TaskiqDepends(self.acton_of)) -> None:
            self.runs.append(asyncio.get_running_loop().time())
            await work(acton)

        return task

    async def ended(self) -> DeadLetter | None:
        """The dead letter that comes of it, after all runs; None: it succeeded."""
        await asyncio.sleep(30 * DAY)
        letters = await self.letters.list()
        return letters[0] if letters else None

    @property
    def waits(self) -> list[float]:
        """Seconds between its runs."""
        return [later - sooner for sooner, later in zip(self.runs, self.runs[1:], strict=False)]


@asynccontextmanager
async def a_world(retries: ActOnRetries | None = None) -> AsyncIterator[World]:
    """A worker with an emulator."""
    async with Emulator() as server:
        broker = InMemoryBroker()
        broker.add_middlewares(retries or ActOnRetries())
        grants = {"acme": PasswordGrant(**server.credentials)}
        acton_of = Sessions(broker, None, grants, base_url=server.url, retry=RetryPolicy(attempts=1))
        server.add_list("Leads", [("Email", "EMAIL"), ("First Name", "FIRSTNAME")])
        await broker.startup()
        try:
            yield World(broker, server, DeadLetters(broker), acton_of)
        finally:
            await broker.shutdown()


def fails_with(*errors: BaseException) -> Callable[[Session], Awaitable[None]]:
    """Work that ends in one error after the other, and succeeds then."""
    left = list(errors)

    async def work(acton: Session) -> None:
        if left:
            raise left.pop(0)

    return work


async def add(acton: Session) -> None:
    """A call that is unsafe to repeat."""
    await acton.contacts.add("l-0001", data={"Email": "ada@example.com"})


async def upsert(acton: Session) -> None:
    """A call that may be repeated."""
    await acton.contacts.upsert("l-0001", email="ada@example.com", data={})


@virtual_time
async def test_a_spent_budget_brings_a_task_back_when_it_resets_and_not_before() -> None:
    """QuotaExhausted: the task comes back after resets_in, never before, however often that happens."""
    async with a_world() as world:
        task = world.task(fails_with(*(QuotaExhausted("day", 9_000.0, "spent") for _ in range(30))))
        await task.kiq()
        assert await world.ended() is None
        assert len(world.runs) == 31
        assert all(9_000.0 <= wait < 9_002.1 for wait in world.waits)


@virtual_time
async def test_what_was_not_sent_is_tried_again_ever_more_slowly() -> None:
    """NotSent and throttling: again, 20 times, each wait up to twice as long, none above the longest."""
    async with a_world() as world:
        await world.task(fails_with(*(NotSent("away"), RateLimited("slow", status=429)) * 10)).kiq()
        assert await world.ended() is None
        assert len(world.runs) == 21
        bounds = [min(600.0, 2.0 * 2.0**number) for number in range(20)]
        assert all(bound / 2 <= wait <= bound for wait, bound in zip(world.waits, bounds, strict=True))


@virtual_time
async def test_a_task_is_not_tried_for_ever() -> None:
    """After the retries that its rule allows a task becomes a dead letter, which says how often it ran and why."""
    async with a_world() as world:
        await world.task(fails_with(*[StoreFailed("the disk is full")] * 100)).kiq()
        letter = await world.ended()
        assert letter is not None
        assert (letter.task, letter.kind, letter.deliveries) == ("work", "StoreFailed", 6)
        assert letter.story == "It failed 6 times. StoreFailed: the disk is full"


@pytest.mark.parametrize(
    "error",
    [InvalidArgument("bad"), Conflict("taken", status=409), JobFailed("j-1", "it failed"), asyncio.QueueFull()],
)
def test_bad_input_becomes_a_dead_letter_at_once(error: Exception) -> None:
    """Errors that would come again are given up in the first run; others that are not the library's are tried."""

    @virtual_time
    async def test() -> None:
        async with a_world() as world:
            await world.task(fails_with(*[error] * 100)).kiq()
            letter = await world.ended()
            assert letter is not None
            assert letter.kind == type(error).__name__
            assert len(world.runs) == (4 if isinstance(error, asyncio.QueueFull) else 1)

    test()


@virtual_time
async def test_a_lost_answer_of_an_unsafe_call_is_never_repeated() -> None:
    """ReplyLost of contacts.add: the task ran once, the server did it once, and the dead letter says to look."""
    async with a_world() as world:
        world.server.faults.add(Cut("acted"), on="contacts.add")
        await world.task(add).kiq()
        letter = await world.ended()
        assert letter is not None
        assert letter.kind == "ReplyLost"
        assert "look first" in letter.story
        assert len(world.runs) == len(world.server.calls.of("contacts.add")) == 1
        assert "ada@" not in repr(letter)


@virtual_time
async def test_an_unsafe_call_that_surely_was_not_done_is_repeated() -> None:
    """A refusal for now, and a connection that never came about, prove that nothing was done: it is run again."""
    async with a_world() as world:
        world.server.faults.add(Reply.throttled(), on="contacts.add")
        await world.task(add).kiq()
        assert await world.ended() is None
        assert len(world.runs) == 2
        assert len(world.server.rows("l-0001")) == 1


@virtual_time
async def test_an_idempotent_call_is_repeated_after_a_lost_answer() -> None:
    """ReplyLost of an upsert: it is run again, and twice is as good as once."""
    async with a_world() as world:
        world.server.faults.add(Cut("acted"), Reply.unavailable(), on="contacts.upsert")
        world.server.faults.add(Reply.unavailable(), on="contacts.upsert")
        await world.task(upsert).kiq()
        assert await world.ended() is None
        assert len(world.runs) == 3
        assert len(world.server.rows("l-0001")) == 1


@virtual_time
async def test_an_unsafe_call_that_was_done_forbids_to_run_the_task_again() -> None:
    """A task that added a contact, then failed for any reason at all, would add it again: it is a dead letter."""
    for error in (
        KeyError("Company"),
        NotSent("away"),
        QuotaExhausted("day", 1.0, "spent"),
        ServerError("", status=500),
    ):
        async with a_world() as world:

            async def work(acton: Session, error: Exception = error) -> None:
                async with asyncio.TaskGroup() as group:
                    group.create_task(add(acton))
                raise error

            await world.task(work).kiq()
            letter = await world.ended()
            assert letter is not None
            assert letter.kind == type(error).__name__
            assert len(world.runs) == 1


@virtual_time
async def test_tasks_side_by_side_do_not_answer_for_each_other() -> None:
    """The unsafe call of one task does not keep another that runs beside it from being tried again."""
    async with a_world() as world:
        once = fails_with(NotSent("away"))

        async def slow(acton: Session) -> None:
            await asyncio.sleep(10)
            await once(acton)

        @world.broker.task(task_name="other")
        async def other(acton: Session = TaskiqDepends(world.acton_of)) -> None:
            await add(acton)

        await world.task(slow).kiq()
        await other.kiq()
        assert await world.ended() is None
        assert len(world.runs) == 2


@virtual_time
async def test_of_several_errors_the_strictest_decides() -> None:
    """A group of errors is tried again only if each of its errors would be."""
    async with a_world() as world:
        group = ExceptionGroup("both", [NotSent("away"), ExceptionGroup("deep", [InvalidArgument("bad")])])
        await world.task(fails_with(group)).kiq()
        assert await world.ended() is not None
        assert len(world.runs) == 1


@virtual_time
async def test_a_job_that_is_not_done_in_time_is_waited_for_again() -> None:
    """JobTimeout of a task that only waits: it is run again; its dead letter names the job."""
    async with a_world() as world:
        await world.task(fails_with(*[JobTimeout("job-77", "not done")] * 30)).kiq()
        letter = await world.ended()
        assert letter is not None
        assert "(job job-77)" in letter.story
        assert len(world.runs) == 21


@virtual_time
async def test_a_server_that_is_sick_for_minutes_fills_no_dead_letters() -> None:
    """Errors 500 and 502 and lost answers, for ten minutes: a task that may be repeated is done when they end."""
    async with a_world() as world:
        sick = [ServerError("sick", status=500), GatewayError("sick", status=502), ReplyLost("lost")]

        async def work(acton: Session) -> None:
            if asyncio.get_running_loop().time() - world.runs[0] < 600.0:
                raise sick[len(world.runs) % 3]

        await world.task(work).kiq()
        assert await world.ended() is None


@virtual_time
async def test_a_dead_letter_can_be_tried_again_and_begins_anew() -> None:
    """A letter that is tried again is the task as it was first put: same arguments and labels, and all retries."""
    async with a_world() as world:
        seen: list[tuple[str, object]] = []

        @world.broker.task(task_name="count", colour="red")
        async def count(what: str, context: Context = TaskiqDepends()) -> None:
            seen.append((what, context.message.labels["colour"]))
            raise StoreFailed("the disk is full")

        await count.kiq("apples")
        letter = await world.ended()
        assert letter is not None
        assert await world.letters.retry(letter.id)
        again = await world.ended()
        assert again is not None
        assert again.id != letter.id
        assert again.deliveries == letter.deliveries == 6
        assert seen == [("apples", "red")] * 12
        assert await world.letters.drop(again.id)
        assert not await world.letters.retry(again.id)
        assert not await world.letters.list()


@virtual_time
async def test_rules_of_the_callers_own_come_first() -> None:
    """A rule that stands before the usual ones decides about its errors."""
    async with a_world(ActOnRetries(rules=(Rule((StoreFailed,), 0), *RULES))) as world:
        await world.task(fails_with(StoreFailed("full"))).kiq()
        assert await world.ended() is not None
        assert len(world.runs) == 1


@virtual_time
async def test_a_task_that_cancels_itself_is_given_up() -> None:
    """A task that ends in CancelledError, though nobody stopped it, is a dead letter, and not run again."""
    async with a_world() as world:
        await world.task(fails_with(*[asyncio.CancelledError()] * 9)).kiq()
        letter = await world.ended()
        assert letter is not None
        assert (letter.kind, letter.story) == ("CancelledError", "CancelledError")
        assert len(world.runs) == 1


@pytest.mark.parametrize(("first", "longest"), [(0, 1), (-1, 1), (5, 1), (1, inf)])
def test_waits_that_cannot_be_are_refused(first: float, longest: float) -> None:
    """Waits that are no positive seconds are refused before any task fails."""
    with pytest.raises(InvalidArgument):
        ActOnRetries(first_wait=first, longest_wait=longest)


@pytest.mark.slow
@virtual_time
async def test_a_run_that_another_process_has_is_asked_for_again_and_again() -> None:
    """RunInUse never makes a dead letter: it is tried until the other process is done, ever more slowly."""
    async with a_world() as world:
        await world.task(fails_with(*[RunInUse("import-1 is at work elsewhere")] * 50)).kiq()
        assert await world.ended() is None
        assert len(world.runs) == 51
        assert world.waits[0] <= 2.0 < 300.0 <= world.waits[-1] <= 600.0
