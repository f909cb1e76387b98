"""Variables in tracebacks hold no secret: error trackers send them along by default."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from unittest import mock

import pytest

import asyncsdk
from asyncsdk import (
    CodeGrant,
    FileStore,
    InvalidArgument,
    PasswordGrant,
    RefreshGrant,
    RetryPolicy,
    Session,
    Token,
)
from asyncsdk.client.settings import SessionOptions
from asyncsdk.emulator import Cut, Fault, Reply
from asyncsdk.fleet import Fleet, RedisStore
from asyncsdk.redis.connect import limiter_client
from asyncsdk.redis.redis_address import RedisAddress
from tests.support.closed_port import closed_port
from tests.support.raw_server import Act, RawServer, answer, hang_up
from tests.support.stage import emulator, outcome, password_grant, session
from tests.support.virtual_time import virtual_time

HOME = Path(asyncsdk.__file__).parent
OURS = "auth client files limits session"
SECRETS = ("emulated-secret", "emulated-password", "refresh-SECRET", "access-SECRET", "code-SECRET")


def _frames(error: BaseException | None) -> Iterator[FrameType]:
    """The frames of an error, and of all that it came from."""
    while error is not None:
        trace = error.__traceback__
        while trace is not None:
            yield trace.tb_frame
            trace = trace.tb_next
        error = error.__cause__ or error.__context__


def _shown(error: object, files: str = OURS) -> tuple[list[str], int]:
    """Where a variable of ours shows a secret, and how many variables there are."""
    assert isinstance(error, BaseException)
    ours = tuple(str(HOME / name) + end for name in files.split() for end in (".py", "/"))
    told = [
        (f"{frame.f_code.co_filename}:{frame.f_code.co_name}:{name}", value)
        for frame in _frames(error)
        if frame.f_code.co_filename.startswith(ours)
        for name, value in frame.f_locals.items()
    ]
    return [where for where, value in told if any(secret in _text(value) for secret in SECRETS)], len(told)


def _text(value: object) -> str:
    """What a tracker sends: the parts of a mapping or a sequence, and the repr of everything else."""
    if isinstance(value, dict):
        return " ".join(f"{_text(key)} {_text(each)}" for key, each in value.items())
    if isinstance(value, (list, tuple, set)):
        return " ".join(map(_text, value))
    return repr(value)


@pytest.mark.parametrize(
    "fault",
    [
        Reply.unavailable(),
        Reply.gateway_page(),
        Reply.broken_json(),
        Cut("acted"),
        Reply(403, {"error": "invalid_grant"}),
    ],
    ids=["503", "page", "broken", "cut", "refused"],
)
@virtual_time
async def test_no_variable_of_a_failed_login_holds_a_secret(fault: Fault) -> None:
    """Neither the password nor the client's secret nor the code is in a variable while a login fails."""
    async with emulator() as server:
        grants = (password_grant(server), CodeGrant("i", "emulated-secret", "code-SECRET", "https://localhost/"))
        for grant in grants:
            server.faults.add(fault, on="token")
            async with session(server, grant=grant) as acton:
                shown, seen = _shown(await outcome(acton.account.get()))
            assert shown == []
            assert seen > 5


@pytest.mark.parametrize("status", [503, 403, 200])
@virtual_time
async def test_no_variable_of_a_failed_refresh_holds_a_secret(status: int) -> None:
    """Neither the refresh token nor what the server gives shows while a refresh fails."""
    bodies = {503: {}, 403: {"error": "invalid_grant"}, 200: {"refresh_token": "access-SECRET", "access_token": 7}}
    async with RawServer([answer(status, bodies[status])]) as server:
        grant = RefreshGrant("i", "emulated-secret", "refresh-SECRET")
        token = Token("access-SECRET", "refresh-SECRET", 1.0)
        async with Session(grant=grant, token=token, base_url=server.url) as acton:
            shown, seen = _shown(await outcome(acton.account.get()))
        assert shown == []
        assert seen > 5


@virtual_time
async def test_no_variable_of_a_store_that_fails_holds_a_secret(tmp_path: Path) -> None:
    """A disk that is full while the token is kept, or cannot be read, shows no token."""
    store = FileStore(tmp_path / "token")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    await store.save(Token("access-SECRET", "refresh-SECRET"))
    with mock.patch.object(os, "fsync", full):
        ends = [await outcome(store.save(Token("access-SECRET", "refresh-SECRET")))]
    (tmp_path / "other").write_text('{"password": "emulated-password"}')
    ends.append(await outcome(FileStore(tmp_path / "other").load()))
    for end in ends:
        shown, seen = _shown(end)
        assert shown == []
        assert seen > 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("TOKEN", "access-SECRET x"), ("PASSWORD", "emulated-password\x00"[:-1] + "\ta"), ("CALLS_PER_SECOND", "x")],
)
def test_no_variable_of_the_environment_holds_a_secret(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that is refused shows neither itself nor the others."""
    parts = {"CLIENT_ID": "i", "CLIENT_SECRET": "emulated-secret", "USERNAME": "u", "PASSWORD": "emulated-password"}
    for each, text in {**parts, name: value}.items():
        monkeypatch.setenv(f"MINE_{each}", text)
    with pytest.raises(InvalidArgument, match=name) as refused:
        Session.from_env("MINE_")
    assert _shown(refused.value)[0] == []


def test_no_variable_shows_the_address_of_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that cannot be used shows its password nowhere, whether the environment holds it or a program."""
    for address in (
        "redis://:emulated-password@cache/zero",
        "redis://:emulated-password#1@cache",
        "x:emulated-password",
    ):
        monkeypatch.setenv("MINE_TOKEN", "t")
        monkeypatch.setenv("MINE_ACCOUNT", "acme")
        monkeypatch.setenv("MINE_REDIS_URL", address)
        with pytest.raises(InvalidArgument, match="MINE_REDIS_URL") as refused:
            Session.from_env("MINE_")
        with pytest.raises(InvalidArgument, match="The address of Redis") as told:
            Fleet.from_url(address)
        for error in (refused.value, told.value):
            shown, seen = _shown(error, f"{OURS} redis fleet")
            assert shown == []
            assert seen > 0


async def test_no_variable_of_a_store_in_redis_holds_a_secret() -> None:
    """A Redis that is away shows neither the token that it was to keep nor its own password."""
    address = RedisAddress(f"redis://:emulated-password@127.0.0.1:{closed_port()}")
    async with limiter_client(address) as client:
        store = RedisStore(client, account="acme")
        ends = [await outcome(use) for use in (store.save(Token("access-SECRET", "refresh-SECRET")), store.load())]
        fleet = Fleet.from_url(address.text)
        ends.append(await outcome(fleet.open()))
    for end in ends:
        shown, seen = _shown(end, f"{OURS} redis fleet")
        assert shown == []
        assert seen > 3


def test_no_variable_of_a_session_that_is_refused_holds_a_secret() -> None:
    """A token with a line end, or a grant that cannot be sent, does not show in the session's own frame."""
    for options in (
        {"token": "access-SECRET\n"},
        {"grant": RefreshGrant("i", "emulated-secret", "refresh-SECRET\ud800")},
    ):
        with pytest.raises(InvalidArgument) as refused:
            Session(**options)  # type: ignore[arg-type]
        shown, seen = _shown(refused.value, "session auth client")
        assert shown == []
        assert seen > 0


WAY = "client session auth/token_endpoint transport"


@pytest.mark.parametrize(
    "act",
    [answer(400, {"errorCode": 1}), answer(503), answer(200, b"<p>"), hang_up],
    ids=["400", "503", "page", "cut"],
)
@virtual_time
async def test_no_variable_of_a_failed_call_holds_a_token(act: Act) -> None:
    """The bearer token is in no variable of the transport and the wire while a call fails, streamed or not."""
    token = Token("access-SECRET", "refresh-SECRET")
    options: SessionOptions = {"token": token, "retry": RetryPolicy(attempts=1)}
    async with RawServer([act]) as server, Session(base_url=server.url, **options) as acton:
        ends = [
            await outcome(acton.account.get()),
            await outcome(acton.contacts.add("l-1", data={})),
            await outcome(anext(acton.lists.rejected_records("r.csv"))),
        ]
    async with Session(base_url=f"http://127.0.0.1:{closed_port()}", **options) as acton:
        ends.append(await outcome(acton.account.get()))
    for end in ends:
        shown, seen = _shown(end, WAY)
        assert shown == []
        assert seen > 3


@virtual_time
async def test_no_variable_on_the_way_to_a_login_holds_a_secret() -> None:
    """The form of a login is in no variable of the transport and the wire, whatever becomes of it."""
    for act in (answer(503), answer(200, b"<p>"), hang_up):
        async with RawServer([act]) as server:
            grant = PasswordGrant("i", "emulated-secret", "emulated-password", "emulated-password")
            async with Session(grant=grant, base_url=server.url) as acton:
                shown, seen = _shown(await outcome(acton.account.get()), WAY)
        assert shown == []
        assert seen > 5
    refused = f"http://127.0.0.1:{closed_port()}"
    async with Session(grant=grant, base_url=refused, retry=RetryPolicy(attempts=1)) as acton:
        shown, _ = _shown(await outcome(acton.account.get()), WAY)
    assert shown == []
