"""Server of a queue in Redis: one that would lose rows is refused, and the rights of its user are told exactly."""

from __future__ import annotations

import logging

import pytest
from redis.asyncio import Redis

from asyncsdk import FleetUnavailable, StoreFailed
from asyncsdk.fleet import Fleet
from asyncsdk.queue.results import PutOutcome
from asyncsdk.redis.server_check import QUEUE_RIGHTS, RIGHTS
from tests.fleet.queue_journal.processes import LIST, entry, report_of, sent, written
from tests.support.redis_fixtures import OwnServers

pytestmark = pytest.mark.slow


async def opened(url: str) -> None:
    """Open a queue's journal."""
    async with Fleet.from_url(url) as fleet:
        journal = fleet.queue_journal("sign-ups")
        await journal.open(LIST, 10)
        await journal.close()


@pytest.mark.parametrize(
    ("policy", "is_refused"),
    [("volatile-lru", True), ("volatile-ttl", True), ("allkeys-lru", True), ("noeviction", False)],
)
async def test_a_server_that_removes_keys_is_refused(
    own_servers: OwnServers, policy: str, is_refused: bool
) -> None:
    """Limits may live where keys with an end are removed; the rows of a queue would have two senders there."""
    server = own_servers(options=("--maxmemory-policy", policy, "--maxmemory", "100mb"))
    if not is_refused:
        await opened(server.url)
        return
    with pytest.raises(StoreFailed, match=rf"\({policy}\).* 'maxmemory-policy noeviction'"):
        await opened(server.url)


async def test_a_policy_without_a_bound_removes_nothing(own_servers: OwnServers) -> None:
    """Where the memory has no bound no key is removed."""
    await opened(own_servers(options=("--maxmemory-policy", "volatile-lru")).url)


@pytest.mark.parametrize("keeps", [False, True])
async def test_what_the_death_of_a_server_costs_is_told(
    own_servers: OwnServers, keeps: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """One without an append-only file may be used, and the log says what is lost when it dies."""
    await opened(own_servers(options=("--appendonly", "yes" if keeps else "no")).url)
    assert ("the rows of the queue that its sender has not read are lost" in caplog.text) is not keeps
    assert [record.levelno for record in caplog.records] == ([] if keeps else [logging.WARNING] * 2)


async def test_a_full_server_takes_no_rows(own_servers: OwnServers) -> None:
    """A put is told that the memory is full, and nothing of what is there is removed."""
    server = own_servers(options=("--maxmemory-policy", "noeviction", "--appendonly", "yes"))
    async with Fleet.from_url(server.url) as fleet, Redis.from_url(server.url) as redis:
        journal = fleet.queue_journal("sign-ups")
        await journal.open(LIST, 10)
        await journal.append(entry(), awaited=False)
        await redis.config_set("maxmemory", 1)
        with pytest.raises(StoreFailed, match="used memory > 'maxmemory'"):
            await journal.append(entry(), awaited=False)
        assert (await journal.look(())).rows == 1
        await redis.config_set("maxmemory", 0)
        await journal.append(entry(), awaited=False)


async def used(url: str) -> None:
    """Do all that processes do with a queue."""
    async with Fleet.from_url(url) as fleet:
        journal = fleet.queue_journal("sign-ups")
        await journal.open(LIST, 10)
        tickets = [await journal.append(entry(f"p{n}"), awaited=True) for n in range(4)]
        numbers = [ticket for ticket in tickets if ticket is not None]
        lead = await journal.try_lead()
        assert lead is not None
        rows = [sent(row) for row in (await lead.contents()).rows]
        await lead.mark_sending(numbers, 0.0)
        lead.hold(["a@example.com"], 1e10)
        rows[0].numbers *= 16
        lead.compact(rows[0])
        lead.saved(rows[1], PutOutcome("created"))
        lead.delete_unsaved([lead.give_up(rows[2], report_of(rows[2]))])
        await written(lead)
        await lead.news()
        assert await journal.columns() is None
        assert len((await journal.look(numbers)).outcomes) == 2
        await journal.acknowledge(numbers[:1])
        await journal.stop_waiting(numbers[1:])
        await journal.ask_for_flush()
        await lead.release()


async def test_a_user_may_have_few_rights(own_servers: OwnServers) -> None:
    """The rights that the error names are enough, and without one of them the error names them."""
    server = own_servers(tcp=True, options=("--appendonly", "yes"))
    needed, more = QUEUE_RIGHTS.split(), set(QUEUE_RIGHTS.split()) - set(RIGHTS.split())
    async with Redis.from_url(server.url) as redis:
        for user, right in enumerate(["", *sorted(more)]):
            rights = [each for each in needed if each != right]
            await redis.execute_command("ACL", "SETUSER", f"u{user}", "on", ">pw", *rights)
    await used(server.url.replace("redis://", "redis://u0:pw@"))
    for user in range(1, len(more) + 1):
        with pytest.raises(StoreFailed, match="the user may not do what is needed") as caught:
            await opened(server.url.replace("redis://", f"redis://u{user}:pw@"))
        assert QUEUE_RIGHTS in str(caught.value)


async def test_a_server_that_is_away(own_servers: OwnServers) -> None:
    """Every use says so, in the time that a few tries take."""
    server = own_servers()
    async with Fleet.from_url(server.url) as fleet:
        journal, other = fleet.queue_journal("sign-ups"), fleet.queue_journal("more")
        await journal.open(LIST, 10)
        server.kill()
        for use in (other.open(LIST, 10), journal.look(()), journal.try_lead(), journal.acknowledge([1])):
            with pytest.raises(FleetUnavailable, match=r"Redis at \S+ cannot be reached"):
                await use
