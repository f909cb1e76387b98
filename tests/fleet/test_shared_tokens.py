"""Tokens that processes share by Redis: one login for all, whoever is killed, stands still or loses its Redis."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from asyncsdk import PasswordGrant, Session, StoreFailed, Token
from asyncsdk.emulator import Emulator, Settings, Slow
from asyncsdk.redis.connect import limiter_client
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_store import RedisStore
from tests.support.redis_fixtures import OwnServers
from tests.support.stage import count_logins, outcome, until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]

LEASE = 0.5
"""Seconds that a right outlives a dead holder in these tests."""


@pytest.fixture
async def server() -> AsyncIterator[Emulator]:
    """An emulator that lets any number of calls through in a second: these tests are about ``/token``."""
    async with Emulator(Settings(calls_per_second=None)) as emulator:
        yield emulator


@asynccontextmanager
async def workers(server: Emulator, url: str, account: str, **settings: object) -> AsyncIterator[Process]:
    """Worker processes; one with one session, if nothing else is said."""
    whole = {"redis_url": url, "account": account, "base_url": server.url, "credentials": server.credentials}
    given = json.dumps({"processes": 1, "sessions": 1, **whole, **settings})
    command = [sys.executable, "-m", "tests.fleet.token_workers", given]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=PIPE, stderr=PIPE, start_new_session=True
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def told(process: Process) -> list[str]:
    """What all sessions of the workers told, when they have ended."""
    out, errors = await process.communicate()
    assert b"Traceback" not in errors, errors.decode()
    return out.decode().splitlines()


async def test_fifty_cold_sessions_log_in_once(each_redis_url: str, account: str, server: Emulator) -> None:
    """Fifty sessions in ten processes need one login for their first token, and one refresh when it is dead."""
    logins = count_logins(server)
    async with workers(server, each_redis_url, account, processes=10, sessions=5) as cold:
        assert await told(cold) == ["called"] * 50
    assert (len(logins), len(server.calls.of("token"))) == (1, 1)
    server.clock.advance(7_200)
    async with workers(server, each_redis_url, account, processes=10, sessions=5) as later:
        assert await told(later) == ["called"] * 50
    assert (len(logins), len(server.calls.of("token"))) == (1, 2)


async def dead_token(server: Emulator, url: str, account: str) -> None:
    """Keep a token that the server refuses, with a refresh token that it takes."""
    async with limiter_client(RedisAddress(url)) as redis:
        await RedisStore(redis, account=account).save(Token.from_answer(server.issue_token()))
    server.clock.advance(7_200)


async def test_a_killed_holder_costs_one_login(redis_url: str, account: str, server: Emulator) -> None:
    """SIGKILL between the answer of ``/token`` and the saving: the others wait for the right, and log in once."""
    logins = count_logins(server)
    await dead_token(server, redis_url, account)
    async with workers(server, redis_url, account, dies_saving=True, lease=LEASE) as dying:
        assert await told(dying) == []
    assert len(server.calls.of("token")) == 1
    async with workers(server, redis_url, account, processes=3, sessions=4) as others:
        assert await told(others) == ["called"] * 12
    assert len(logins) == 1


async def test_a_frozen_holder_writes_nothing(redis_url: str, account: str, server: Emulator) -> None:
    """SIGSTOP beyond the end of the right: the late token is not kept, and its session goes on with the new one."""
    logins = count_logins(server)
    await dead_token(server, redis_url, account)
    server.faults.add(Slow(4.0), on="token")  # it is surely frozen before the answer
    async with workers(server, redis_url, account, lease=LEASE) as frozen:
        await until(lambda: server.calls.of("token"))
        os.killpg(frozen.pid, signal.SIGSTOP)
        async with workers(server, redis_url, account, lease=LEASE) as other:
            assert await told(other) == ["called"]
        async with limiter_client(RedisAddress(redis_url)) as redis:
            store = RedisStore(redis, account=account)
            kept = await store.load()
            os.killpg(frozen.pid, signal.SIGCONT)
            out, errors = await frozen.communicate()
            assert await store.load() == kept
    assert out == b"called\n"
    assert b"another process renewed it meanwhile" in errors
    assert len(logins) == 1


async def test_a_redis_that_dies_during_a_renewal(own_servers: OwnServers, server: Emulator) -> None:
    """The caller gets the token all the same, and it is kept when Redis is back: the next start needs no login."""
    redis, logins = own_servers(), count_logins(server)
    grant = PasswordGrant(**server.credentials)
    async with limiter_client(RedisAddress(redis.url)) as client:
        store = RedisStore(client, account="acme", lease_seconds=LEASE)
        async with Session(grant=grant, store=store, base_url=server.url) as acton:
            server.faults.add(Slow(0.3), on="token")
            call = asyncio.ensure_future(acton.account.get())
            await until(lambda: logins)
            redis.kill()
            await call
            await acton.account.get()
            redis.start()
            await acton.account.get()
        other = RedisStore(client, account="acme")
        async with Session(grant=grant, store=other, base_url=server.url) as acton:
            await acton.account.get()
    assert len(logins) == 1


async def test_without_redis_nobody_logs_in(own_servers: OwnServers, server: Emulator) -> None:
    """A token that ends while Redis is away is not renewed without the right, and is when Redis is back."""
    redis, logins = own_servers(), count_logins(server)
    async with limiter_client(RedisAddress(redis.url)) as client:
        store = RedisStore(client, account="acme")
        grant = PasswordGrant(**server.credentials)
        async with Session(grant=grant, store=store, base_url=server.url) as acton:
            await acton.account.get()
            redis.kill()
            await acton.account.get()
            server.clock.advance(7_200)
            for _ in range(3):
                ended = await outcome(acton.account.get())
                assert isinstance(ended, StoreFailed), ended
                assert "account acme in Redis cannot be used" in str(ended)
            redis.start()
            await acton.account.get()
    assert (len(logins), len(server.calls.of("token"))) == (1, 2)


async def test_one_of_two_sessions_that_wait_is_cancelled(redis_url: str, account: str, server: Emulator) -> None:
    """Two sessions wait for a third one's renewal: the one whose call is cancelled takes nothing from the other."""
    logins = count_logins(server)
    async with limiter_client(RedisAddress(redis_url)) as client:
        grant = PasswordGrant(**server.credentials)
        sessions = [
            Session(grant=grant, store=RedisStore(client, account=account), base_url=server.url) for _ in range(3)
        ]
        for session in sessions:
            await session.open()
        server.faults.add(Slow(1.0), on="token")
        first = asyncio.ensure_future(sessions[0].account.get())
        await until(lambda: logins)
        cancelled, patient = (asyncio.ensure_future(session.account.get()) for session in sessions[1:])
        await asyncio.sleep(0.1)
        cancelled.cancel()
        await asyncio.gather(first, patient)
        assert (await asyncio.gather(cancelled, return_exceptions=True))[0].__class__ is asyncio.CancelledError
        for session in sessions:
            await session.close()
        assert not await client.exists(f"asyncsdk:{{{account}}}:renewer")
    assert len(logins) == 1
