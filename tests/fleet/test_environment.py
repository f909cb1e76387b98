"""Environment: with an address and an account's name, sessions and commands share limits and token by Redis."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest
from redis.asyncio import Redis

from asyncsdk import FleetUnavailable, InvalidArgument, MemoryStore, Session, StoreFailed
from asyncsdk.emulator import Emulator
from tests.support.redis_fixtures import OwnServers, is_alone


@pytest.fixture
def variables(acton_server: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials and host of the emulator."""
    for name, value in {**acton_server.credentials, "base_url": acton_server.url}.items():
        monkeypatch.setenv(f"MINE_{name.upper()}", value)


@pytest.mark.slow
async def test_sessions_share_a_token_and_leave_nothing_open(
    variables: None, own_servers: OwnServers, acton_server: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sessions one after the other log in once, and each closes its own connections to Redis."""
    server = own_servers()
    monkeypatch.setenv("MINE_REDIS_URL", server.url)
    monkeypatch.setenv("MINE_ACCOUNT", "acme\n")
    for _ in range(2):
        async with Session.from_env("MINE_") as acton:
            await acton.account.get()
    assert len(acton_server.calls.of("token")) == 1
    async with Redis.from_url(server.url) as redis:
        assert await is_alone(redis)
        assert await redis.exists("asyncsdk:{acme}:token")


@pytest.mark.slow
async def test_a_session_whose_opening_fails_leaves_nothing_open(
    variables: None, own_servers: OwnServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is away, and one that allows too little, are told, and connections are closed."""
    monkeypatch.setenv("MINE_ACCOUNT", "acme")
    monkeypatch.setenv("MINE_REDIS_URL", "redis://:s3cret@127.0.0.1:1")
    with pytest.raises(FleetUnavailable, match=r"Redis at 127\.0\.0\.1:1 cannot be reached"):
        await Session.from_env("MINE_").open()
    server = own_servers(tcp=True)
    async with Redis.from_url(server.url) as redis:
        rights = ("~asyncsdk:{probe-*", "+@all")  # enough for the check, and not for the account
        await redis.execute_command("ACL", "SETUSER", "few", "on", ">s3cret", *rights)
        monkeypatch.setenv("MINE_REDIS_URL", server.url.replace("redis://", "redis://few:s3cret@"))
        with pytest.raises(StoreFailed, match=r"account acme in Redis cannot be used: .*[Nn]o permission"):
            await Session.from_env("MINE_").open()
        assert await is_alone(redis)
    Session.from_env("MINE_")  # one that never opens has nothing to close


def test_a_store_of_the_callers_wins(variables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a ``store`` argument the environment's Redis is not used, as its file is not."""
    monkeypatch.setenv("MINE_REDIS_URL", "redis://cache")
    monkeypatch.setenv("MINE_ACCOUNT", "acme")
    Session.from_env("MINE_", store=MemoryStore())


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (
            {"REDIS_URL": "redis://:s3cret@cache"},
            "Missing from the environment: MINE_ACCOUNT. MINE_REDIS_URL needs it",
        ),
        ({"ACCOUNT": "acme"}, "environment: MINE_REDIS_URL. MINE_ACCOUNT needs it"),
        (
            {"REDIS_URL": "redis://:s3cret@cache", "ACCOUNT": "acme", "TOKEN_FILE": "token"},
            "Set MINE_REDIS_URL or MINE_TOKEN_FILE, not both",
        ),
        (
            {"REDIS_URL": "http://:s3cret@cache", "ACCOUNT": "acme"},
            "MINE_REDIS_URL: The address of Redis",
        ),
        ({"REDIS_URL": "redis://cache", "ACCOUNT": "s3cret@example.com"}, "MINE_ACCOUNT: The name of an account"),
    ],
)
def test_variables_that_do_not_fit_are_named(
    given: dict[str, str], why: str, variables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One without the other, two places for a token and values of no use are told by name, without secrets."""
    for name, value in given.items():
        monkeypatch.setenv(f"MINE_{name}", value)
    with pytest.raises(InvalidArgument, match=why) as caught:
        Session.from_env("MINE_")
    assert "s3cret" not in str(caught.value)


def run(program: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A program with such an environment, beside the credentials of the test."""
    mine = {
        name.replace("MINE_", "ACTON_"): value for name, value in os.environ.items() if name.startswith("MINE_")
    }
    environment = {**os.environ, **mine, **variables}
    return subprocess.run(  # noqa: S603
        [sys.executable, program, *arguments], env=environment, capture_output=True, text=True, timeout=180
    )


@pytest.mark.slow
def test_without_redis_py_the_extra_is_named(variables: None) -> None:
    """An address of Redis where redis-py is not installed says what to install."""
    program = "import sys; sys.modules['redis'] = None; from asyncsdk import Session; Session.from_env()"
    done = run("-c", program, ACTON_REDIS_URL="redis://cache", ACTON_ACCOUNT="acme")
    assert 'InvalidArgument: ACTON_REDIS_URL needs redis-py: pip install "asyncsdk[fleet]"' in done.stderr


@pytest.mark.slow
async def test_commands_share_a_token(
    variables: None, redis_url: str, account: str, acton_server: Emulator
) -> None:
    """Commands of the shell, one after the other, log in once; what is wrong with Redis ends with its exit code."""
    there = {"ACTON_REDIS_URL": redis_url, "ACTON_ACCOUNT": account}
    for _ in range(2):
        done = await asyncio.to_thread(run, "-m", "asyncsdk", "call", "account.get", **there)
        assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    assert len(acton_server.calls.of("token")) == 1
    away = await asyncio.to_thread(
        run, "-m", "asyncsdk", "usage", **{**there, "ACTON_REDIS_URL": "redis://127.0.0.1:1"}
    )
    assert (away.returncode, "cannot be reached" in away.stderr) == (5, True), away.stderr
    for command in (("usage",), ("call", "account.get")):
        wrong = await asyncio.to_thread(run, "-m", "asyncsdk", *command, **{**there, "ACTON_REDIS_URL": "http://x"})
        assert (wrong.returncode, "ACTON_REDIS_URL: The address" in wrong.stderr) == (2, True), wrong.stderr
