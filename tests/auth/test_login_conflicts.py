"""Programs that log in as the same user end each other's tokens, unless they share a store: there is a warning."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from asyncsdk import FileStore, MemoryStore, Session, TokenStore
from asyncsdk.emulator import Emulator, Pass, Reply
from tests.support.stage import emulator, outcome, session
from tests.support.virtual_time import virtual_time

OVER_AN_HOUR = 3_700.0
"""Seconds after which a token has expired."""


def _warnings(caplog: pytest.LogCaptureFixture) -> int:
    return sum("same user" in record.getMessage() for record in caplog.records)


async def _renew_all(sessions: list[Session]) -> None:
    """Let the tokens expire, and make a call with each session, so that it gets another."""
    await asyncio.sleep(OVER_AN_HOUR)
    for acton in sessions:
        await acton.account.get()


async def _use_in_turn(server: Emulator, stores: list[TokenStore], caplog: pytest.LogCaptureFixture) -> list[int]:
    """How many warnings there were after the first tokens, and after each of three renewals."""
    one, other = (session(server, store=store) for store in stores)
    told = []
    async with one, other:
        await one.account.get()
        await other.account.get()
        told.append(_warnings(caplog))
        for _ in range(3):
            await _renew_all([one, other])
            told.append(_warnings(caplog))
    return told


@virtual_time
async def test_two_programs_that_end_each_others_tokens_are_told(caplog: pytest.LogCaptureFixture) -> None:
    """Each of two sessions with a store of its own warns when it has lost the second token, and only then."""
    async with emulator() as server:
        assert await _use_in_turn(server, [MemoryStore(), MemoryStore()], caplog) == [0, 0, 2, 2]
        assert len(server.calls.of("token")) > 8
    (text,) = {record.getMessage() for record in caplog.records if "same user" in record.getMessage()}
    assert "FileStore" in text
    assert "asyncsdk.fleet" in text


@virtual_time
async def test_programs_that_share_a_store_are_told_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Two sessions on one file share the token, hence neither ends the other's."""
    async with emulator() as server:
        path = tmp_path / "token"
        assert await _use_in_turn(server, [FileStore(path), FileStore(path)], caplog) == [0, 0, 0, 0]


@virtual_time
async def test_tokens_that_the_server_takes_back_are_refreshed_without_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Bearer tokens that are refused before they expire cost no login while the refresh tokens are good."""
    async with emulator() as server, session(server) as acton:
        for _ in range(4):
            await acton.account.get()
            server.revoke_access_tokens()
        await acton.account.get()
        assert _warnings(caplog) == 0


@virtual_time
async def test_one_token_that_is_lost_is_no_conflict(caplog: pytest.LogCaptureFixture) -> None:
    """A token that needs a login once in several hours may have been lost in any way: nothing is said."""
    async with emulator() as server, session(server) as acton:
        await acton.account.get()
        for _ in range(2):
            server.revoke_refresh_tokens()
            await _renew_all([acton])
            for _ in range(2):
                await _renew_all([acton])
        assert _warnings(caplog) == 0


@virtual_time
async def test_tokens_that_are_refused_at_once_are_a_conflict(caplog: pytest.LogCaptureFixture) -> None:
    """Where a login ends bearer tokens too, the second one that is lost within the hour is told of."""
    async with emulator() as server, session(server) as acton:
        for warned in (0, 0, 1, 1):
            await acton.account.get()
            assert _warnings(caplog) == warned
            server.revoke_access_tokens()
            server.revoke_refresh_tokens()


@virtual_time
async def test_a_token_is_lost_once_however_often_the_login_is_tried(caplog: pytest.LogCaptureFixture) -> None:
    """A login that fails and is tried again later replaces the same token: that is no second loss."""
    async with emulator() as server, session(server) as acton:
        await acton.account.get()
        server.revoke_access_tokens()
        server.revoke_refresh_tokens()
        server.faults.add(Pass(), on="token")  # the refresh, which is refused
        server.faults.add(Reply.unavailable(), on="token", times=2)
        ends = [await outcome(acton.account.get()) for _ in range(3)]
        assert [isinstance(end, Exception) for end in ends] == [True, True, False]
        assert _warnings(caplog) == 0
