"""The command ``fleet``: queues of tasks and dead letters in a real Redis, once and live."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from redis.asyncio import Redis

from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from asyncsdk.fleet.taskiq.dead_letter_store import RedisDeadLetters
from asyncsdk.fleet.taskiq.delays import DelayedTasks
from asyncsdk.fleet.taskiq.task_keys import GROUP, task_key
from tests.cli.conftest import Run
from tests.cli.test_fleet import Screen, keep_in_redis
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow


def letter(number: int) -> DeadLetter:
    """A letter whose task has an address among its arguments."""
    return DeadLetter(
        id=f"{number}-0",
        task="sign_up",
        kind="InvalidRequest",
        story="InvalidRequest: ada@example.com \x1b[2J is no address",
        deliveries=2,
        put_at=1_700_000_000.5,
        data=b'{"args": ["ada@example.com"]}',
    )


def fill(url: str, queue: str, *, waiting: int = 0, running: int = 0, delayed: int = 0, dead: int = 0) -> None:
    """A queue with so many tasks of each kind."""

    async def work() -> None:
        async with Redis.from_url(url) as redis:
            key = task_key(queue, "waiting")
            await redis.xgroup_create(key, GROUP, id="0", mkstream=True)
            for _ in range(waiting + running):
                await redis.xadd(key, {"data": b"{}"})
            if running:
                await redis.xreadgroup(GROUP, "worker", {key: ">"}, count=running)
            for _ in range(delayed):
                await DelayedTasks(redis, queue).put(b"{}", 90.0)
            for number in range(dead):
                await RedisDeadLetters(redis, queue).add(letter(number + 1))

    asyncio.run(work())


def test_queues_of_tasks(run: Run, own_servers: OwnServers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queues stand below the account: what waits, runs, is delayed and is dead; programs are told the same."""
    server = own_servers()
    monkeypatch.setenv("ACTON_REDIS_URL", server.url)
    monkeypatch.setenv("ACTON_ACCOUNT", "acme")
    keep_in_redis(server.url, "acme")
    assert run("fleet", "--json").value["tasks"] == []
    fill(server.url, "imports", waiting=3, running=2, delayed=1, dead=4)
    fill(server.url, "mails")
    *_, headings, imports, mails = run("fleet").out.splitlines()
    assert headings.split() == ["tasks", "waiting", "running", "delayed", "next", "in", "dead", "letters"]
    assert imports.split() == ["imports", "3", "2", "1", "90", "s", "4"]
    assert mails.split() == ["mails", "0", "0", "0", "0"]
    first, _ = run("fleet", "--json").value["tasks"]
    assert 80 < first.pop("due_in") <= 90
    assert first == {"queue": "imports", "waiting": 3, "running": 2, "delayed": 1, "dead_letters": 4}


def test_dead_letters(run: Run, own_servers: OwnServers, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are shown newest first, without arguments and addresses; one is put again, one is dropped, once each."""
    server = own_servers()
    monkeypatch.setenv("ACTON_REDIS_URL", server.url)
    assert run("fleet", "dead-letters").out == "The queue default has no dead letter.\n"
    fill(server.url, "imports", dead=3)
    shown = run("fleet", "dead-letters", "imports", "--most", 2).out.splitlines()
    assert shown[0].split() == ["dead", "letter", "since", "task", "runs", "error"]
    assert [line.split()[0] for line in shown[1:]] == ["3-0", "2-0", "3-0:", "2-0:"]
    assert shown[-1] == "2-0: InvalidRequest: ***@*** \N{REPLACEMENT CHARACTER}[2J is no address"
    told = run("fleet", "dead-letters", "imports", "--json").value
    assert "ada@" not in str(told)
    assert told["dead_letters"][0]["put_at"] == 1_700_000_000.5
    assert run("fleet", "dead-letters", "imports", "--retry", "2-0").out == "It is in the queue again.\n"
    run("fleet", "dead-letters", "imports", "--retry", "2-0").complains(2, "no dead letter of this id")
    assert run("fleet", "dead-letters", "imports", "--drop", "1-0", "--json").value["done"] == "drop"
    assert [each["id"] for each in run("fleet", "dead-letters", "imports", "--json").value["dead_letters"]] == [
        "3-0"
    ]

    async def waiting() -> object:
        async with Redis.from_url(server.url) as redis:
            return [fields for _, fields in await redis.xrange(task_key("imports", "waiting"))]

    assert asyncio.run(waiting()) == [{b"data": letter(2).data}]


def test_what_is_missing_is_told(run: Run, own_servers: OwnServers, monkeypatch: pytest.MonkeyPatch) -> None:
    """No address, a name that is none, two changes at once, a Redis that is away: one line, and its exit code."""
    run("fleet", "dead-letters").complains(2, "Set ACTON_REDIS_URL")
    server = own_servers()
    monkeypatch.setenv("ACTON_REDIS_URL", server.url)
    run("fleet", "dead-letters", "a b").complains(2, "The name of a queue of tasks must be")
    run("fleet", "dead-letters", "--retry", "1-0", "--drop", "1-0").complains(2, "--retry or --drop, not both")
    server.kill()
    run("fleet", "dead-letters").complains(5, "cannot be reached")


@pytest.fixture
def screens() -> Iterator[Callable[..., Screen]]:
    """Starts commands, each on a terminal of its own."""
    with ExitStack() as stack:

        def start(*arguments: object) -> Screen:
            screen = Screen(*arguments)
            stack.callback(screen.close)
            return screen

        yield start


def test_tasks_live(
    screens: Callable[..., Screen], own_servers: OwnServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal the numbers are drawn anew."""
    server = own_servers()
    monkeypatch.setenv("ACTON_REDIS_URL", server.url)
    fill(server.url, "imports", waiting=1)
    screen = screens("fleet", "--all")
    screen.shows("imports        1        0")
    asyncio.run(put_one(server.url))
    screen.shows("imports        2        0")


async def put_one(url: str) -> None:
    """One task more."""
    async with Redis.from_url(url) as redis:
        await redis.xadd(task_key("imports", "waiting"), {"data": b"{}"})
