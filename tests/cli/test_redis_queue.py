"""The commands ``queue status`` and ``queue drain`` on a queue in a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from asyncsdk.emulator import Reply
from asyncsdk.fleet import Fleet
from asyncsdk.fleet.queue_journal.stream_journal import StreamJournal
from tests.cli.conftest import Run
from tests.cli.served import Served
from tests.fleet.queue_journal.processes import entry
from tests.support.redis_fixtures import OwnServers
from tests.support.script_home import age_account

pytestmark = pytest.mark.slow


@pytest.fixture
def redis_at(own_servers: OwnServers, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a server, which the environment names."""
    url = own_servers().url
    monkeypatch.setenv("ACTON_REDIS_URL", url)
    monkeypatch.setenv("ACTON_ACCOUNT", "acme")
    age_account(url, "acme")
    return url


def do(url: str, list_id: str, work: Callable[[StreamJournal], Awaitable[object]]) -> None:
    """Do something with the queue, as a process that ends then."""

    async def process() -> None:
        async with Fleet.from_url(url) as fleet:
            journal = fleet.queue_journal("sign-ups")
            await journal.open(list_id, 1_000)
            await work(journal)
            await journal.close()

    asyncio.run(process())


async def put_some(journal: StreamJournal) -> None:
    """Seven rows, which nobody sends."""
    for n in range(7):
        await journal.append(entry(f"secret{n}"), awaited=False)


async def die_leading(journal: StreamJournal) -> None:
    """Have the lead, and give it not back."""
    lead = await journal.try_lead()
    assert lead is not None
    assert lead._lease._keeper is not None
    lead._lease._keeper.cancel()
    with suppress(asyncio.CancelledError):
        await lead._lease._keeper


def test_status_and_drain(run: Run, environment: Served, redis_at: str) -> None:
    """It tells what waits and that nobody sends; then all of it is saved, and nothing is left."""
    list_id = environment.new_list("Email")
    do(redis_at, list_id, put_some)
    shown = run("queue", "status", "--redis", "sign-ups").out.splitlines()
    assert shown[1].split()[:7] == ["sign-ups", list_id, "no", "process", "7", "0", "0"]
    told = run("queue", "status", "--redis", "sign-ups", "--json").value
    assert 0 <= told.pop("oldest") < 600
    assert told == {
        "queue": "sign-ups",
        "list_id": list_id,
        "sender": None,
        "waiting": 7,
        "on_their_way": 0,
        "given_up": 0,
        "trouble": "",
    }
    ended = run("queue", "drain", "--redis", "sign-ups", "--json")
    assert (ended.code, ended.value["saved"], ended.value["left"]) == (0, 7, 0)
    assert len(environment.emails(list_id)) == 7
    again = run("queue", "drain", "--redis", "sign-ups")
    assert (again.code, again.out) == (0, "0 rows saved, 0 left, 0 given up.\n")


def test_a_sender_that_died_is_waited_for(run: Run, environment: Served, redis_at: str) -> None:
    """Its name is shown; when its lease is over the command sends the rows."""
    list_id = environment.new_list("Email")
    do(redis_at, list_id, put_some)
    do(redis_at, list_id, die_leading)
    ended = run("queue", "drain", "--redis", "sign-ups")
    assert ended.code == 0, ended
    assert "The rows of the queue sign-ups are sent by " in ended.err
    assert len(environment.emails(list_id)) == 7


def test_rows_that_are_given_up_stay_there(run: Run, environment: Served, redis_at: str) -> None:
    """They are counted, and shown to nobody: the exit code is 1."""
    list_id = environment.new_list("Email")
    do(redis_at, list_id, lambda journal: journal.append(entry("secret"), awaited=False))
    refusal = Reply(400, {"errorCode": "10000", "message": "secret@example.com is bad"})
    environment.ask(lambda server: server.faults.add(refusal, on="contacts.upsert"))
    ended = run("queue", "drain", "--redis", "sign-ups")
    assert (ended.code, ended.out) == (1, "0 rows saved, 0 left, 1 given up.\n")
    assert "secret" not in ended.err
    assert run("queue", "status", "--redis", "sign-ups", "--json").value["given_up"] == 1


@pytest.mark.parametrize("command", ["status", "drain"])
def test_what_cannot_be_is_told(run: Run, redis_at: str, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """A queue that is not there, no name, two of them, and no Redis each have their sentence."""
    run("queue", command, "--redis", "sign-ups").complains(2, "keeps no queue sign-ups")
    run("queue", command, "--redis", "ada@example.com").complains(2, "such as 'sign-ups'")
    run("queue", command).complains(2, "Give either the path of a journal, or --redis")
    run("queue", command, "one.journal", "--redis", "sign-ups").complains(2, "Give either")
    monkeypatch.setenv("ACTON_REDIS_URL", "redis://127.0.0.1:1/0")
    run("queue", command, "--redis", "sign-ups").complains(5, "Redis at 127.0.0.1:1 cannot be reached")
    monkeypatch.delenv("ACTON_REDIS_URL")
    run("queue", command, "--redis", "sign-ups").complains(2, "--redis needs ACTON_REDIS_URL")
