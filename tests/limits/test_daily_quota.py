"""The day's calls: refused without a request when they are spent, and not forgotten by a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from asyncsdk import FileStore, Limits, MemoryStore, NotSent, QuotaExhausted, Tally
from asyncsdk.emulator import Emulator, Reply
from tests.support.closed_port import closed_port
from tests.support.stage import count_logins, emulator, issued, outcome, session
from tests.support.virtual_time import virtual_time, wall

TEN = Limits(calls_per_day=10)


@virtual_time
async def test_a_spent_day_refuses_without_a_request() -> None:
    """The eleventh call of a day of ten is refused at once, says when the next is free, and is not sent."""
    async with emulator() as server, session(server, token=issued(server), limits=TEN) as acton:
        await asyncio.gather(*(acton.account.get() for _ in range(10)))
        began = wall()
        end = await outcome(acton.account.get())
        assert isinstance(end, QuotaExhausted)
        assert end.budget == "day"
        assert wall() == began
        assert len(server.calls) == 10
        usage = acton.usage()
        assert (usage.calls_made, usage.calls_left) == (10, 0)
        assert 86_000 < end.resets_in <= 86_460
        await asyncio.sleep(end.resets_in + 1)
        assert acton.usage().calls_left > 0


@virtual_time
async def test_callers_in_line_count_towards_the_day() -> None:
    """Thirty calls at once on a day of ten: ten are made, twenty refused at once, none waits in vain."""
    async with emulator() as server, session(server, token=issued(server), limits=TEN) as acton:
        ends = await asyncio.gather(*(outcome(acton.account.get()) for _ in range(30)))
        assert sum(isinstance(end, QuotaExhausted) for end in ends) == 20
        assert len(server.calls) == 10


@virtual_time
async def test_the_day_survives_a_restart(tmp_path: Path) -> None:
    """A new session on the same file knows the calls that an earlier one made; usage tells them before a call."""
    async with emulator() as server:
        for store in (FileStore(tmp_path / "token"), FileStore(tmp_path / "token")):
            async with session(server, store=store, limits=TEN) as acton:
                await asyncio.gather(*(acton.account.get() for _ in range(4)))
            await asyncio.sleep(2)
        async with session(server, store=FileStore(tmp_path / "token"), limits=TEN) as acton:
            assert acton.usage().calls_made == 9
            await acton.account.get()
            assert isinstance(await outcome(acton.account.get()), QuotaExhausted)
        assert len(server.calls) == 10


@pytest.mark.slow
@virtual_time
async def test_the_logins_survive_a_restart_even_if_the_program_dies(tmp_path: Path) -> None:
    """A login is stored before it is sent: a program that dies over and over makes two in the first minute."""
    async with emulator(logins_per_hour=None, calls_per_second=None) as server:
        logins = count_logins(server)
        server.faults.add(Reply.unavailable(acted=True), on="token", times=99)
        for _ in range(8):
            acton = session(server, store=FileStore(tmp_path / "token"))
            await acton.open()
            await outcome(acton.account.get())
            # As after a crash: nothing is closed in good order but the sockets.
            await acton._connection.close()
            acton._quota_sync._timer = None
            await asyncio.sleep(1)
        assert len([login for login in logins if login < logins[0] + 60]) == 2
        assert len(logins) <= 5


@virtual_time
async def test_usage_counts_what_the_server_counts() -> None:
    """After retries, refusals and a refresh the local count is the number of calls that arrived."""
    async with emulator() as server, session(server) as acton:
        server.faults.add(Reply.unavailable(), on="account.get", times=2)
        await acton.account.get()
        server.revoke_access_tokens()
        server.faults.add(Reply.throttled(), on="account.get")
        await acton.account.get()
        await outcome(acton.contacts.get("l-9", "l-9:1"))
        assert acton.usage().calls_made == len(server.calls) == 9
        assert acton.usage().logins_left == 4
        assert 3500 < acton.usage().logins_reset_in <= 3600


@virtual_time
async def test_a_shared_store_shares_the_day() -> None:
    """Two sessions with limiters of their own learn of each other's calls through their store."""
    store = MemoryStore()
    async with emulator(calls_per_second=None) as server, session(server, store=store, token=issued(server)) as one:
        await asyncio.gather(*(one.account.get() for _ in range(3)))
        await asyncio.sleep(3)
        async with session(server, store=store, token=issued(server)) as other:
            assert other.usage().calls_made == 3


@pytest.mark.slow
@virtual_time
async def test_logins_that_were_never_sent_are_not_spent(tmp_path: Path) -> None:
    """An outage in which no login left this machine takes none of the hour's logins, in memory or in a file."""
    for store in (MemoryStore(), FileStore(tmp_path / "token")):
        port = closed_port()
        async with emulator() as settings:
            acton = session(settings, base_url=f"http://127.0.0.1:{port}", store=store)
            async with acton:
                for _ in range(3):
                    assert isinstance(await outcome(acton.account.get()), NotSent)
                    await asyncio.sleep(1)
                assert acton.usage().logins_left == 5
                async with Emulator(settings.settings, port=port, clock=settings.clock):
                    await acton.account.get()
                    assert acton.usage().logins_left == 4


@virtual_time
async def test_a_login_right_after_one_that_was_never_sent_counts() -> None:
    """On a coarse clock a login in the moment of one that never left is counted in the store all the same."""
    port = closed_port()
    async with emulator() as settings, session(settings, base_url=f"http://127.0.0.1:{port}") as acton:
        assert isinstance(await outcome(acton.account.get()), NotSent)
        async with Emulator(settings.settings, port=port, clock=settings.clock):
            await acton.account.get()
            assert acton.usage().logins_left == 4


class _Sick(MemoryStore):
    """A store whose disk fails right before a login is sent, while ``sick`` is set."""

    sick = True
    counted = 0

    async def count(self, tally: Tally) -> Tally:
        self.counted += 1
        if self.sick and tally.logins:
            raise OSError(5, "Input/output error")
        return await super().count(tally)


@virtual_time
async def test_logins_that_cannot_be_entered_take_no_place() -> None:
    """Logins that are not sent because the store cannot be written leave the limits as they were."""
    store = _Sick()
    async with emulator() as server, session(server, store=store) as acton:
        for _ in range(8):
            assert isinstance(await outcome(acton.account.get()), OSError)
            await asyncio.sleep(1)
        assert len(server.calls) == 0
        store.sick = False
        async with asyncio.timeout(5):
            await acton.account.get()
        assert acton.usage().logins_left == 4


@virtual_time
async def test_counts_that_cannot_be_written_lose_no_call(caplog: pytest.LogCaptureFixture) -> None:
    """Calls whose entry failed are entered with the next ones, and the failure is logged."""

    class Broken(MemoryStore):
        broken = False

        async def count(self, tally: Tally) -> Tally:
            if self.broken:
                raise OSError(28, "No space left on device")
            return await super().count(tally)

    store = Broken()
    async with emulator() as server, session(server, store=store, token=issued(server)) as acton:
        store.broken = True
        await acton.account.get()
        await asyncio.sleep(3)
        assert "could not be entered" in caplog.text
        store.broken = False
        await acton.account.get()
        await asyncio.sleep(3)
        assert sum((await store.count(Tally())).calls.values()) == 2


@pytest.mark.slow
@virtual_time
async def test_logins_of_another_program_are_learnt_of_before_a_login(tmp_path: Path) -> None:
    """A session that was open all the time does not log in when others spent the hour's logins meanwhile."""
    async with emulator(logins_per_hour=None, calls_per_second=None) as server:
        logins = count_logins(server)
        async with session(server, store=FileStore(tmp_path / "token")) as late:
            for _ in range(5):
                async with session(server, store=FileStore(tmp_path / "token")) as acton:
                    await acton.account.get()
                server.revoke_access_tokens()
                server.revoke_refresh_tokens()
                await asyncio.sleep(1)
            end = await outcome(late.account.get())
            assert isinstance(end, QuotaExhausted)
            assert end.budget == "logins"
        assert len(logins) == 5
