"""Stores: a token is safe before anyone gets it, and one file serves sessions and processes."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path

import pytest

from asyncsdk import AuthenticationFailed, FileStore, MemoryStore, Session, Token
from asyncsdk.emulator import Emulator, Slow
from tests.support.stage import count_logins, emulator, issued, outcome, password_grant, session, until
from tests.support.virtual_time import virtual_time


class _SlowStore(MemoryStore):
    """A store whose save takes as long as the test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.saving = asyncio.Event()
        self.may_end = asyncio.Event()

    async def save(self, token: Token, owner: str = "") -> None:
        self.saving.set()
        await self.may_end.wait()
        await super().save(token, owner)


class _CountingStore(MemoryStore):
    """A store that counts how often the right to renew was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = 0

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        self.turns += 1
        return super().exclusive()


class _FullStore(MemoryStore):
    """A store on a full disk."""

    async def save(self, token: Token, owner: str = "") -> None:
        raise OSError(28, "No space left on device")


@virtual_time
async def test_a_token_is_kept_before_anyone_gets_it() -> None:
    """No call is made with a new token until the store says that the token is safe."""
    store = _SlowStore()
    async with emulator() as server, session(server, store=store) as acton:
        calls = [asyncio.ensure_future(acton.account.get()) for _ in range(3)]
        await store.saving.wait()
        calls.append(asyncio.ensure_future(acton.account.get()))
        await asyncio.sleep(30)
        assert server.calls.of("account.get") == []
        store.may_end.set()
        await asyncio.gather(*calls)
        assert len(server.calls.of("token")) == 1


@virtual_time
async def test_a_cancelled_caller_does_not_lose_the_token() -> None:
    """The only caller is cancelled while the new token is being kept: it is kept all the same."""
    store = _SlowStore()
    async with emulator() as server, session(server, store=store) as acton:
        call = asyncio.ensure_future(acton.account.get())
        await store.saving.wait()
        call.cancel()
        await asyncio.sleep(1)
        store.may_end.set()
        await acton.account.get()
        assert len(server.calls.of("token")) == 1
        assert await store.load(password_grant(server).owner()) is not None


@virtual_time
async def test_a_store_that_cannot_write_does_not_stop_the_session() -> None:
    """A full disk is logged, and the calls go on with the token that could not be kept."""
    async with emulator() as server, session(server, store=_FullStore()) as acton:
        assert (await acton.account.get()).account_id == 12345


@virtual_time
async def test_nobody_takes_a_turn_for_a_token_that_is_there() -> None:
    """Of 50 sessions one asks for the right to renew: not those that begin later, nor those refused later."""
    store = _CountingStore()
    async with emulator(calls_per_second=None) as server, AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(session(server, store=store)) for _ in range(50)]
        for turn in (1, 2):
            await sessions[0].account.get()
            await asyncio.gather(*(acton.account.get() for acton in sessions))
            assert store.turns == turn
            server.revoke_access_tokens()


@virtual_time
async def test_two_sessions_on_one_file_log_in_once(tmp_path: Path) -> None:
    """Two FileStores on one path, opened at once in one loop, share one login and then the refreshed token."""
    async with emulator(calls_per_second=None) as server:
        logins = count_logins(server)
        one = session(server, store=FileStore(tmp_path / "token"))
        other = session(server, store=FileStore(tmp_path / "token"))
        async with one, other:
            server.faults.add(Slow(1.0), on="token")
            await asyncio.gather(*(acton.account.get() for acton in (one, other, one, other)))
            assert len(logins) == 1
            server.revoke_access_tokens()
            await asyncio.gather(*(acton.account.get() for acton in (one, other)))
        assert len(logins) == 1
        assert len(server.calls.of("token")) == 2


@virtual_time
async def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """The token file and its counts of calls can be read by nobody else, and no temporary file stays."""
    async with emulator() as server, session(server, store=FileStore(tmp_path / "deep" / "token")) as acton:
        await acton.account.get()
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "deep").iterdir()}
    assert set(files) == {"token", "token.limits", "token.lock", "token.usage", "token.usage.lock"}
    assert set(files.values()) == {0o600}


@virtual_time
async def test_a_damaged_file_costs_a_login_and_no_more(tmp_path: Path) -> None:
    """A token file that is no JSON is taken as empty, and replaced."""
    (tmp_path / "token").write_text('{"access_to')
    async with emulator() as server:
        for _ in range(2):
            async with session(server, store=FileStore(tmp_path / "token")) as acton:
                await acton.account.get()
        assert len(server.calls.of("token")) == 1


@virtual_time
async def test_another_users_token_is_not_used(tmp_path: Path) -> None:
    """A token that the file keeps for one user is never sent for another, whose own password counts."""
    async with emulator() as server:
        async with session(server, store=FileStore(tmp_path / "token")) as acton:
            await acton.account.get()
        server.calls.clear()
        another = password_grant(server, username="jane.roe@example.com", password="wrong")
        async with session(server, grant=another, store=FileStore(tmp_path / "token")) as acton:
            assert isinstance(await outcome(acton.account.get()), AuthenticationFailed)
        assert [call.route for call in server.calls] == ["token"]


@virtual_time
async def test_a_killed_holder_frees_the_file(tmp_path: Path) -> None:
    """A session that is closed in the middle of a renewal leaves no lock that the next one waits for."""
    async with emulator() as server:
        server.faults.add(Slow(100.0), on="token")
        acton = session(server, store=FileStore(tmp_path / "token"))
        await acton.open()
        call = asyncio.ensure_future(outcome(acton.account.get()))
        await until(lambda: len(server.calls))
        await acton.close()
        await call
        async with session(server, store=FileStore(tmp_path / "token")) as another:
            assert (await another.account.get()).account_id == 12345


_PROGRAM = """
import asyncio
from asyncsdk import Session
async def main():
    async with Session.from_env() as acton:
        await asyncio.gather(acton.account.get(), acton.account.get())
asyncio.run(main())
"""


@pytest.mark.slow
async def test_two_processes_on_one_file_log_in_once(tmp_path: Path) -> None:
    """Two programs that start at the same moment share one login through the file, and count calls together."""
    async with Emulator() as server:
        logins = count_logins(server)
        names = {f"ACTON_{name.upper()}": value for name, value in server.credentials.items()}
        environ = {**os.environ, **names, "ACTON_BASE_URL": server.url, "ACTON_TOKEN_FILE": f"{tmp_path}/token"}
        programs = [
            await asyncio.create_subprocess_exec(sys.executable, "-W", "error", "-c", _PROGRAM, env=environ)
            for _ in range(2)
        ]
        assert [await program.wait() for program in programs] == [0, 0]
        assert len(logins) == 1
        assert len(server.calls.of("account.get")) == 4
        acton = Session(token=issued(server), base_url=server.url, store=FileStore(tmp_path / "token"))
        async with acton:
            # A call that a busy machine holds up for longer than its place is good takes another, and both count.
            assert 5 <= acton.usage().calls_made <= 8
