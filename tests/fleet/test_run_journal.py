"""The journal of a run in Redis: what happens when Redis dies, is emptied, or holds something else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from asyncsdk import (
    ActOnError,
    BulkProgress,
    FleetUnavailable,
    InvalidArgument,
    Limits,
    PollPolicy,
    RunInUse,
    Session,
    StoreFailed,
    VaultJournal,
)
from asyncsdk.emulator import Emulator, RejectRows
from asyncsdk.fleet import Fleet
from asyncsdk.fleet.run_journal.redis_vault import RedisVault
from asyncsdk.redis.server_check import RIGHTS
from tests.support.moving_run import LIST, rows_of
from tests.support.redis_fixtures import OwnServers
from tests.support.run_processes import accepted_files, run_server

pytestmark = pytest.mark.slow

ROWS = rows_of(60)


@pytest.fixture
def name() -> str:
    """A run that no other test knows."""
    return f"run-{uuid4().hex}"


@asynccontextmanager
async def session_on(server: Emulator, **options: Any) -> AsyncIterator[Session]:
    """A session that loses no time."""
    polling = PollPolicy(min_gap=0.05, price=0.05, max_gap=0.1)
    limits = Limits(calls_per_second=60, upload_bytes=4_000)
    options = {"polling": polling, "limits": limits, **options}
    async with Session(base_url=server.url, token=server.issue_token()["access_token"], **options) as acton:
        yield acton


def at(stage: str, act: Callable[[], object]) -> Callable[[BulkProgress], None]:
    """Do something when a run has come to a stage for the first time."""
    left = [1]

    def see(progress: BulkProgress) -> None:
        if progress.stage == stage and left:
            left.pop()
            act()

    return see


async def test_another_fleet_goes_on_and_a_finished_run_sends_nothing(redis_url: str, name: str) -> None:
    """Each fleet is another machine: the third one is told the outcomes, and nothing is uploaded again."""
    async with run_server() as server, session_on(server) as acton:
        async with Fleet.from_url(redis_url) as fleet:
            run = acton.bulk.start(LIST, ROWS, via="upload", journal=fleet.run_journal(name))
            await server.calls.arrived("lists.upload_status")
            run.cancel()
            await asyncio.wait([run._task])
        async with Fleet.from_url(redis_url) as fleet:
            second = await acton.bulk.upsert(LIST, ROWS, journal=fleet.run_journal(name))
        async with Fleet.from_url(redis_url) as fleet:
            third = await acton.bulk.upsert(LIST, ROWS, journal=fleet.run_journal(name))
            with pytest.raises(InvalidArgument, match="no run to go on with"):
                await acton.bulk.upsert(LIST, ROWS, journal=fleet.run_journal(f"{name}-2"), journal_mode="resume")
        assert (second.created, third.created, second.resumed, third.resumed) == (60, 60, True, True)
        assert accepted_files(server) == 2


async def test_a_run_outlives_five_seconds_without_redis(own_servers: OwnServers, name: str) -> None:
    """SIGKILL of a Redis that comes back empty: what was to be written waits, and nothing is sent twice."""
    redis = own_servers()
    async with run_server() as server, session_on(server) as acton, Fleet.from_url(redis.url) as fleet:
        run = asyncio.ensure_future(
            acton.bulk.upsert(
                LIST, ROWS, via="upload", journal=fleet.run_journal(name), on_progress=at("waiting", redis.kill)
            )
        )
        await server.calls.arrived("lists.upload_status")
        await asyncio.sleep(5.0)
        assert not run.done()
        await asyncio.to_thread(redis.start)
        report = await run
        assert (report.created, accepted_files(server)) == (60, 2)
        again = await acton.bulk.upsert(LIST, ROWS, journal=fleet.run_journal(name))
        assert (again.created, accepted_files(server)) == (60, 2)


async def test_an_emptied_redis_is_told_again(own_servers: OwnServers, name: str) -> None:
    """FLUSHALL under a run: the next copy is whole, so that another machine can go on with it."""
    redis = own_servers()
    async with run_server() as server, session_on(server) as acton, Fleet.from_url(redis.url) as fleet:
        report = await acton.bulk.upsert(
            LIST, ROWS, via="upload", journal=fleet.run_journal(name), on_progress=at("waiting", redis.flush)
        )
        again = await acton.bulk.upsert(LIST, ROWS, journal=fleet.run_journal(name))
        assert (report.created, again.created, again.resumed, accepted_files(server)) == (60, 60, True, 2)


async def test_a_redis_that_stays_away_ends_the_run(own_servers: OwnServers, name: str) -> None:
    """In ``FleetUnavailable``; when Redis is back with what it had, the run goes on, and nothing is sent twice."""
    redis = own_servers(options=("--appendonly", "yes", "--appendfsync", "always"))
    async with run_server() as server, session_on(server) as acton, Redis.from_url(f"{redis.url}") as client:
        vault = RedisVault(client, "redis", name, lease_seconds=1, keep_seconds=60, patience_seconds=0.3)
        journal = VaultJournal(vault, name, lease_seconds=1)
        with pytest.raises(FleetUnavailable, match=r"Run the same again with this journal to go on"):
            await acton.bulk.upsert(
                LIST, ROWS, via="upload", journal=journal, on_progress=at("waiting", redis.kill)
            )
        with pytest.raises(FleetUnavailable):
            await acton.bulk.upsert(LIST, ROWS, journal=journal)
        await asyncio.to_thread(redis.start)
        await asyncio.sleep(1.1)  # the lease of a run that could not be given back
        report = await acton.bulk.upsert(LIST, ROWS, journal=journal)
        assert (report.created, report.resumed, accepted_files(server)) == (60, True, 2)


async def test_two_megabytes_of_rejects_move_along(redis_url: str, name: str) -> None:
    """All of them are in the report on another machine, with their words."""
    rows = [{**row, "Note": random.Random(n).randbytes(1_000).hex()} for n, row in enumerate(rows_of(1_200))]
    async with run_server() as server, session_on(server, limits=Limits(calls_per_second=60)) as acton:
        server.faults.add(RejectRows(lambda email: not email.startswith("user7")), on="lists.merge", times=99)
        async with Fleet.from_url(redis_url) as fleet:
            first = await acton.bulk.upsert(LIST, rows, via="upload", journal=fleet.run_journal(name))
        async with Fleet.from_url(redis_url) as fleet:
            again = await acton.bulk.upsert(LIST, rows, journal=fleet.run_journal(name))
        assert sum(len(reject.row["Note"]) for reject in first.rejects) > 2_000_000
        assert list(again.rejects) == list(first.rejects)


class Recorded:
    """Client that counts the bytes of what it sends."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.longest = 0
        self.sent = 0

    async def execute_command(self, *args: Any) -> Any:
        """Send one command."""
        size = sum(len(str(arg)) for arg in args)
        self.sent += size
        self.longest = max(self.longest, size)
        return await self._redis.execute_command(*args)


async def test_only_what_has_changed_is_sent(redis_url: str, name: str) -> None:
    """Of a copy of 4 MB with one new byte a piece is sent; and no request is long."""
    async with Redis.from_url(redis_url) as redis:
        client = Recorded(redis)
        vault = RedisVault(client, "redis", name, lease_seconds=30, keep_seconds=60)
        assert await vault.take() is None
        copy = bytearray(random.Random(1).randbytes(4_000_000))
        await vault.keep(bytes(copy))
        whole, client.sent = client.sent, 0
        copy[2_000_000] ^= 1
        await vault.keep(bytes(copy))
        assert client.sent < whole / 100
        assert client.longest < 1_500_000
        await vault.give_back()
        assert await RedisVault(redis, "redis", name, lease_seconds=30, keep_seconds=60).take() == bytes(copy)


async def test_a_copy_that_is_replaced_leaves_nothing_behind(each_redis_url: str, name: str) -> None:
    """Pieces that no copy needs any more are removed, and all of it is forgotten in time."""
    async with Redis.from_url(each_redis_url) as redis:
        vault = RedisVault(redis, "redis", name, lease_seconds=30, keep_seconds=50)
        await vault.take()
        for seed in range(4):
            await vault.keep(random.Random(seed).randbytes(100_000))
        await vault.keep(b"x" * 100_000)
        key = f"asyncsdk:run:{{{name}}}:copy"
        assert await redis.hlen(key) == 3  # the list of the pieces, one that comes six times, and the last one
        assert 40 < await redis.ttl(key) <= 50
        await vault.give_back()
        assert await redis.exists(f"asyncsdk:run:{{{name}}}:holder") == 0


async def test_who_lost_the_run_can_write_nothing(each_redis_url: str, name: str) -> None:
    """The fence is checked in the step that writes; giving back leaves the other holder alone."""
    async with Redis.from_url(each_redis_url) as redis:
        old, new = (RedisVault(redis, "redis", name, lease_seconds=30, keep_seconds=60) for _ in range(2))
        await old.take()
        await old.keep(b"old")
        with pytest.raises(RunInUse):
            await new.take()
        await redis.delete(f"asyncsdk:run:{{{name}}}:holder")  # as if the lease had passed
        assert await new.take() == b"old"
        await new.keep(b"new")
        with pytest.raises(RunInUse):
            await old.keep(b"late" * 1_000_000)
        await old.give_back()
        with pytest.raises(RunInUse):
            await RedisVault(redis, "redis", name, lease_seconds=30, keep_seconds=60).take()
        await new.keep(b"newer")
        await new.give_back()
        assert await old.take() == b"newer"
        await old.give_back()


@pytest.mark.parametrize(
    "damage",
    [
        {"index": "0" * 31},
        {"index": "0" * 32},
        {"index": "Z" * 32},
        {"index": b"\xff\xfe"},
        {"index": "0" * (1 << 20) + "0"},
        {"piece": "!"},
        {"piece": b"\xff"},
        {"piece": ""},
    ],
    ids=lambda damage: f"{next(iter(damage))}-{str(next(iter(damage.values())))[:8]}",
)
async def test_a_damaged_copy_is_refused(damage: dict[str, Any], redis_url: str, name: str) -> None:
    """With a clear error, and the run is given back."""
    key = f"asyncsdk:run:{{{name}}}:copy"
    async with (
        run_server() as server,
        session_on(server) as acton,
        Fleet.from_url(redis_url) as fleet,
        Redis.from_url(redis_url) as redis,
    ):
        vault = RedisVault(redis, "redis", name, lease_seconds=30, keep_seconds=60)
        await vault.take()
        await vault.keep(b"copy")
        await vault.give_back()
        piece = next(field for field in await redis.hkeys(key) if field != b"index")
        await redis.hset(key, mapping={piece if field == "piece" else field: v for field, v in damage.items()})
        with pytest.raises(StoreFailed, match=rf"keeps of the run {name} is damaged"):
            await acton.bulk.upsert(LIST, ROWS, journal=fleet.run_journal(name))
        assert (accepted_files(server), await redis.exists(f"asyncsdk:run:{{{name}}}:holder")) == (0, 0)


async def test_a_key_of_another_kind_is_refused(redis_url: str, name: str) -> None:
    """Redis says that it is no hash: an error of this library, and nothing is sent."""
    async with run_server() as server, session_on(server) as acton, Fleet.from_url(redis_url) as fleet:
        async with Redis.from_url(redis_url) as redis:
            await redis.set(f"asyncsdk:run:{{{name}}}:copy", "text", ex=60)
        with pytest.raises(StoreFailed, match="refuses"):
            await acton.bulk.upsert(LIST, ROWS, journal=fleet.run_journal(name))
        assert accepted_files(server) == 0


async def test_a_client_that_gives_texts_serves_as_well(redis_url: str, name: str) -> None:
    """``decode_responses=True`` is common: copies are texts in Redis."""
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        vault = RedisVault(redis, "redis", name, lease_seconds=30, keep_seconds=60)
        await vault.take()
        await vault.keep(bytes(range(256)) * 100)
        await vault.give_back()
        assert await vault.take() == bytes(range(256)) * 100
        await vault.give_back()


async def test_the_rights_of_a_fleet_are_enough(own_servers: OwnServers, name: str) -> None:
    """A user of Redis who may do what limits and tokens need may keep runs, too."""
    server = own_servers(tcp=True)
    async with Redis.from_url(server.url) as redis:
        await redis.execute_command("ACL", "SETUSER", "some", "on", ">pw", *RIGHTS.split())
    async with Redis.from_url(server.url.replace("redis://", "redis://some:pw@")) as redis:
        vault = RedisVault(redis, "redis", name, lease_seconds=30, keep_seconds=60)
        await vault.take()
        for copy in (b"one", b"two"):
            await vault.keep(copy)
        await vault.give_back()
        assert await vault.take() == b"two"


async def test_a_run_journal_belongs_to_an_open_fleet(redis_url: str, name: str) -> None:
    """Names that cannot be part of a key are refused, and addresses above all; so are days without sense."""
    fleet = Fleet.from_url(redis_url)
    with pytest.raises(ActOnError, match="not open yet"):
        fleet.run_journal(name)
    async with fleet:
        wrong: Any
        for wrong in ("", "ada@example.com", "a:b", "a{b}", "a" * 101, 5, None):
            with pytest.raises(InvalidArgument, match="The name of a run must be"):
                fleet.run_journal(wrong)
        for days in (0, -1, float("nan"), float("inf"), 1_000):
            with pytest.raises(InvalidArgument, match="keep_days must be"):
                fleet.run_journal(name, keep_days=days)
        assert repr(fleet.run_journal(name)) == f"VaultJournal(name='{name}', lease_seconds=10.0)"
