"""Refresh tokens work once: a spent one is never presented again, since some servers end everything at that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest import mock

import pytest
from attrs import define, field

from asyncsdk import (
    ActOnError,
    AuthenticationFailed,
    FileStore,
    Grant,
    MemoryStore,
    PasswordGrant,
    RefreshGrant,
    Session,
    Token,
    TokenStore,
    clock,
)
from tests.support.raw_server import RawServer, Seen, answer, reset
from tests.support.stage import outcome
from tests.support.virtual_time import EPOCH, virtual_time


@define
class _Rotating:
    """A token endpoint that notes what is presented; ``dead`` refuses every refresh token."""

    presented: list[str] = field(factory=list)
    logins: int = 0
    dead: bool = False
    lost: int = 0
    rotates: bool = True
    good: str = ""

    async def serve(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        if seen.target != "/token":
            known = seen.headers["authorization"] == f"Bearer {self.good}"
            await answer(200 if known else 401, {"account_id": "1"} if known else {"httpCode": "401"})(seen, writer)
            return
        form = dict(pair.split("=") for pair in seen.body.decode().split("&"))
        self.logins += form["grant_type"] == "password"
        if form["grant_type"] == "refresh_token":
            self.presented.append(form["refresh_token"])
            if self.dead:
                body = {"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."}
                await answer(403, body)(seen, writer)
                return
            if self.lost:
                self.lost -= 1
                await reset(seen, writer)
                return
        number = len(self.presented) + self.logins
        self.good = f"access-{number}"
        token = {"access_token": self.good, "expires_in": 3600}
        await answer(200, {**token, "refresh_token": f"r{number}"} if self.rotates else token)(seen, writer)

    def refuse_access(self) -> None:
        """The access token is dead."""
        self.good = ""


@asynccontextmanager
async def _raw(end: _Rotating) -> AsyncIterator[RawServer]:
    """The endpoint on a socket, with virtual time also where no loop runs: a FileStore asks for it in a thread."""
    loop = asyncio.get_running_loop()

    def wall_in_threads() -> float:
        return EPOCH + loop.time()

    with mock.patch.object(clock, "wall", wall_in_threads):
        async with RawServer([end.serve]) as server:
            yield server


def _session(server: RawServer, grant: Grant, **options: object) -> Session:
    return Session(grant=grant, base_url=server.url, **options)  # type: ignore[arg-type]


REFRESH = RefreshGrant("i", "s", "first")
PASSWORD = PasswordGrant("i", "s", "u", "p")


@virtual_time
async def test_a_spent_token_is_not_presented_before_giving_up() -> None:
    """When the last refresh token is dead, those that were spent before it are not tried in its place."""
    end = _Rotating()
    async with _raw(end) as server, _session(server, REFRESH) as acton:
        for _ in range(3):
            await acton.account.get()
            end.refuse_access()
        end.dead = True
        assert isinstance(await outcome(acton.account.get()), AuthenticationFailed)
        assert end.presented == ["first", "r1", "r2", "r3"]


@pytest.mark.parametrize("in_file", [False, True], ids=["memory", "file"])
@virtual_time
async def test_a_token_that_an_earlier_run_spent_is_not_presented(in_file: bool, tmp_path: Path) -> None:
    """A program that starts anew with the grant it always had presents the kept token, and never its first one."""
    end, memory = _Rotating(), MemoryStore()
    async with _raw(end) as server:
        for dead in (False, False, True):
            end.refuse_access()
            end.dead = dead
            store: TokenStore = FileStore(tmp_path / "token") if in_file else memory
            async with _session(server, REFRESH, store=store) as acton:
                await outcome(acton.account.get())
        assert end.presented == ["first", "r1", "r2"]


@virtual_time
async def test_a_dead_token_is_presented_once(tmp_path: Path) -> None:
    """A refresh token that was refused is not presented again, by later calls or the next run."""
    end = _Rotating(dead=True)
    async with _raw(end) as server:
        for _ in range(2):
            async with _session(server, REFRESH, store=FileStore(tmp_path / "token")) as acton:
                for _ in range(2):
                    assert isinstance(await outcome(acton.account.get()), AuthenticationFailed)
        assert end.presented == ["first"]


@virtual_time
async def test_what_another_session_spent_is_not_presented() -> None:
    """Two sessions on one store: the token that one has in mind and the other has spent is not presented."""
    end, store = _Rotating(), MemoryStore()
    async with _raw(end) as server:
        async with _session(server, PASSWORD, store=store) as one, _session(server, PASSWORD, store=store) as other:
            await one.account.get()
            await other.account.get()
            end.refuse_access()
            await other.account.get()
            end.refuse_access()
            end.dead = True
            await one.account.get()
        assert end.presented == ["r1", "r2"]
        assert end.logins == 2


@virtual_time
async def test_a_refresh_whose_answer_was_lost_is_repeated() -> None:
    """Nobody has the token that a lost answer held, so presenting the old one again ends nothing that is in use."""
    end = _Rotating(lost=1)
    async with _raw(end) as server, _session(server, REFRESH) as acton:
        assert not isinstance(await outcome(acton.account.get()), ActOnError)
        assert end.presented == ["first", "first"]


@virtual_time
async def test_a_server_that_does_not_rotate_is_asked_with_the_same_token() -> None:
    """A refresh that brings no other refresh token leaves the old one good: RFC 6749, section 6."""
    end = _Rotating(rotates=False)
    async with _raw(end) as server, _session(server, REFRESH) as acton:
        for _ in range(3):
            await acton.account.get()
            end.refuse_access()
        assert end.presented == ["first"] * 3


@virtual_time
async def test_a_fresh_token_of_the_callers_is_tried_after_a_kept_one_that_is_dead(tmp_path: Path) -> None:
    """A caller who brings a new refresh token is not refused because the store keeps an old one."""
    end, store = _Rotating(), FileStore(tmp_path / "token")
    async with _raw(end) as server:
        await store.save(Token("old", "old"), PASSWORD.owner())
        async with _session(server, PASSWORD, store=store, token=Token("new", "new")) as acton:
            end.dead = True
            await acton.account.get()
        assert end.presented == ["old", "new"]
        assert end.logins == 1


@virtual_time
async def test_no_refresh_token_can_be_read_from_the_counts(tmp_path: Path) -> None:
    """Spent tokens are remembered by fingerprints, and no more of them than a renewal a day for three months."""
    end = _Rotating()
    async with _raw(end) as server:
        async with _session(server, REFRESH, store=FileStore(tmp_path / "token")) as acton:
            for _ in range(3):
                await acton.account.get()
                end.refuse_access()
        text = (tmp_path / "token.usage").read_text()
        assert "first" not in text
        assert '"r1"' not in text
