"""The stage that the tests play on: an emulator in virtual time, and sessions on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, Unpack
from unittest import mock

from asyncsdk import PasswordGrant, Session, Token, clock
from asyncsdk.client.settings import SessionOptions
from asyncsdk.emulator import Clock, Emulator, Settings, Slow
from asyncsdk.models import AccountInfo
from tests.support.virtual_time import EPOCH, wall

T = TypeVar("T")

READ_PATH = "/api/1/account"


@asynccontextmanager
async def emulator(**settings: Any) -> AsyncIterator[Emulator]:
    """An emulator whose clock is the virtual loop's."""
    loop = asyncio.get_running_loop()

    def wall_in_threads() -> float:
        """The same time of day, also where no loop runs: a FileStore asks for it in a thread."""
        return EPOCH + loop.time()

    with mock.patch.object(clock, "wall", wall_in_threads):
        async with Emulator(Settings(**settings), clock=Clock(source=wall)) as server:
            yield server


def password_grant(server: Emulator, **changed: str) -> PasswordGrant:
    """A grant that the emulator accepts, unless something is changed."""
    return PasswordGrant(**{**server.credentials, **changed})


def session(server: Emulator, **options: Unpack[SessionOptions]) -> Session:
    """A session with a password grant."""
    if "grant" not in options and "token" not in options:
        options["grant"] = password_grant(server)
    options.setdefault("base_url", server.url)
    return Session(**options)


def issued(server: Emulator) -> Token:
    """A token for which no call and no login was spent, with its refresh token."""
    return Token.from_answer(server.issue_token())


@asynccontextmanager
async def stage(**settings: Any) -> AsyncIterator[tuple[Emulator, Session]]:
    """An emulator, and an open session on it that has a token already and asks for no other."""
    async with emulator(**settings) as server, session(server, token=issued(server)) as acton:
        yield server, acton


def count_logins(server: Emulator) -> list[float]:
    """A list that grows with each login that reaches the emulator, refused or not, by its time."""
    times: list[float] = []
    judge = server.platform.rate_limits
    admits = judge.admits_login

    def admits_and_counts(now: float) -> bool:
        times.append(now)
        return admits(now)

    judge.admits_login = admits_and_counts  # type: ignore[method-assign]
    return times


async def until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Let time pass, 10 ms at a time, until something holds."""
    for _ in range(round(seconds * 100)):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("what the test waits for does not come")


async def call_on_the_wire(server: Emulator, acton: Session) -> asyncio.Future[AccountInfo]:
    """A call that the server has got, and answers two seconds later."""
    server.faults.add(Slow(2.0), on="account.get")
    call = asyncio.ensure_future(acton.account.get())
    await until(lambda: server.calls.of("account.get"))
    return call


async def outcome(call: Awaitable[T]) -> T | Exception:
    """The result of a call, or its error."""
    try:
        return await call
    except Exception as error:
        return error
