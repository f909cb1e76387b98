"""What a probe makes is removed: at its end, on Ctrl-C, when its budget ends, and after it was killed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from asyncsdk import Limits, Session
from asyncsdk.emulator import Emulator
from asyncsdk.emulator.faults import Cut, Reply, Slow, StallJob
from asyncsdk.probe import ALL_CHECKS, Access, ProbedAccount, ProbeRun, make_plan
from asyncsdk.probe.budget import BudgetSpent, CallBudget
from asyncsdk.probe.left_lists import LeftLists, account_name, remove_left_lists
from asyncsdk.probe.made_lists import MadeLists
from asyncsdk.probe.reference import moved_clock
from tests.probe.conftest import probed
from tests.support.stage import until

CHECKS = {check.name: check for check in ALL_CHECKS}
UPSERT, CREATE = CHECKS["lists.merge: UPSERT"], CHECKS["lists.create"]
PATIENCE = 60.0
"""Seconds that only something that hangs takes."""


def run_of(account: ProbedAccount, name: str) -> ProbeRun:
    """A run of one check."""
    check = CHECKS[name]
    return ProbeRun(account, make_plan([check], {check.access}, 1_000))


async def recorded(account: ProbedAccount, folder: Path) -> MadeLists:
    """The record of what the account's probe makes."""
    account.made = MadeLists.begin(folder, await account_name(account))
    return account.made


def records_in(folder: Path) -> list[Path]:
    """The records that are left."""
    return list(folder.iterdir())


async def arrived(server: Emulator, route: str) -> None:
    """Wait until such a call has come."""
    await until(lambda: any(call.route == route for call in server.calls))


@pytest.mark.slow
@pytest.mark.parametrize("name", [UPSERT.name, CREATE.name])
async def test_a_cancelled_probe_removes_its_list(
    server: Emulator, account: ProbedAccount, tmp_path: Path, name: str
) -> None:
    """Ctrl-C in the middle of a job leaves no list and no record, though the job goes on."""
    lists = server.list_ids()
    record = await recorded(account, tmp_path)
    waiting = asyncio.Event()

    async def pause(_: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    account.pause = pause
    running = asyncio.create_task(run_of(account, name).carry_out())
    async with asyncio.timeout(PATIENCE):
        await waiting.wait()
    if name == CREATE.name:  # whose list shows once its job is done
        await server.settle()
        server.clock.advance(1_000)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert server.list_ids() == lists
    assert record.left == ()
    record.close()
    assert records_in(tmp_path) == []


@pytest.mark.slow
async def test_a_list_is_removed_whose_creation_was_under_way(
    server: Emulator, account: ProbedAccount, tmp_path: Path
) -> None:
    """Ctrl-C before the list's id has come waits for it, and removes the list."""
    lists = server.list_ids()
    record = await recorded(account, tmp_path)
    server.faults.add(Slow(0.3), on="lists.create_empty")
    running = asyncio.create_task(run_of(account, UPSERT.name).carry_out())
    await until(lambda: len(server.list_ids()) > len(lists))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert server.list_ids() == lists
    assert record.left == ()
    record.close()


@pytest.mark.slow
async def test_no_budget_leaves_a_list(server: Emulator, account: ProbedAccount, tmp_path: Path) -> None:
    """However few calls may be made, not one more is made, and the list is removed with those kept back."""
    lists = server.list_ids()
    record = await recorded(account, tmp_path)
    for most in range(24):
        server.calls.clear()
        account.budget = CallBudget(most)
        with suppress(BudgetSpent):
            assert [fact async for fact in UPSERT.run(account)]
        assert len(server.calls) <= most
        assert server.list_ids() == lists
        assert record.left == ()
    record.close()


@pytest.mark.slow
async def test_what_cannot_be_removed_is_left_to_the_next_probe(
    server: Emulator, account: ProbedAccount, tmp_path: Path
) -> None:
    """If the server fails at the removal, the id stays on the disk, and the next probe removes the list."""
    lists = server.list_ids()
    record = await recorded(account, tmp_path)
    server.faults.add(Cut("arrival"), on="lists.delete", times=100)
    await run_of(account, UPSERT.name).carry_out()
    (left,) = record.left
    assert server.list_ids() == {**lists, left.name: left.list_id}
    record.close()
    server.faults.clear()
    async with probed(server) as next_account:
        assert await remove_left_lists(next_account, tmp_path) == LeftLists(removed=1)
    assert server.list_ids() == lists
    assert records_in(tmp_path) == []


@pytest.mark.slow
async def test_a_list_whose_answer_was_lost_is_told(
    server: Emulator, account: ProbedAccount, tmp_path: Path
) -> None:
    """A list whose id never came is not searched for: the user is told its name, once."""
    record = await recorded(account, tmp_path)
    server.faults.add(Cut("acted"), on="lists.create_empty")
    await run_of(account, UPSERT.name).carry_out()
    (left,) = record.left
    assert left.name in server.list_ids()
    record.close()
    async with probed(server) as next_account:
        assert await remove_left_lists(next_account, tmp_path) == LeftLists(unknown=(left.name,))
        assert await remove_left_lists(next_account, tmp_path) == LeftLists()


@pytest.mark.slow
async def test_a_list_that_is_still_being_created_is_removed_later(
    server: Emulator, account: ProbedAccount, tmp_path: Path
) -> None:
    """A list that a job creates is removed once the job is done, which may be two probes later."""
    lists = server.list_ids()
    server.faults.add(StallJob(), on="lists.create")
    record = await recorded(account, tmp_path)
    await run_of(account, CREATE.name).carry_out()
    (left,) = record.left
    record.close()
    assert await remove_left_lists(account, tmp_path) == LeftLists(kept=(left.name,))
    await server.finish_job(left.job_id)
    assert left.name in server.list_ids()
    assert await remove_left_lists(account, tmp_path) == LeftLists(removed=1)
    assert server.list_ids() == lists


@pytest.mark.slow
async def test_another_accounts_lists_are_left_alone(
    server: Emulator, account: ProbedAccount, tmp_path: Path
) -> None:
    """Every account has a list l-0001: what was made in another one is not deleted here."""
    lists = server.list_ids()
    record = MadeLists.begin(tmp_path, "https://api.example.com 12345")
    record.asked("asyncsdk probe")
    record.made("asyncsdk probe", "l-0001")
    record.close()
    assert await remove_left_lists(account, tmp_path) == LeftLists(elsewhere=1)
    assert server.list_ids() == lists


@asynccontextmanager
async def program(server: Emulator, folder: Path, check: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """A process that carries out a check."""
    token = server.issue_token()["access_token"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.probe_program", server.url, token, str(folder), check
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("check", "held"),
    [
        (UPSERT.name, lambda server: server.faults.add(StallJob(), on="lists.merge")),
        (CREATE.name, lambda server: server.faults.add(StallJob(), on="lists.create")),
    ],
)
async def test_the_next_probe_removes_what_a_killed_one_left(
    server: Emulator, tmp_path: Path, check: str, held: Callable[[Emulator], None]
) -> None:
    """After a kill -9 in the middle of a job the list is there; the next probe removes it by its id."""
    lists = server.list_ids()
    held(server)
    async with program(server, tmp_path, check) as process:
        await arrived(server, "lists.upload_status")
        process.kill()
        await process.wait()
    job = max(int(entry.number) for entry in server.platform.jobs.entries())
    await server.finish_job(job)
    assert len(server.list_ids()) == len(lists) + 1
    async with Session(
        token=server.issue_token()["access_token"], base_url=server.url, limits=Limits(calls_per_second=1_000_000)
    ) as acton:
        account = ProbedAccount(acton, CallBudget(10), pause=moved_clock(server))
        assert await remove_left_lists(account, tmp_path) == LeftLists(removed=1)
    assert server.list_ids() == lists
    assert records_in(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("route", "reply"),
    [
        ("lists.delete", Reply(403, {"errorCode": 10011, "message": "No right to delete"})),
        ("lists.create_empty", Reply(200, {"status": "success"})),
    ],
)
async def test_no_second_list_is_made_where_the_first_cannot_be_removed(
    server: Emulator, account: ProbedAccount, tmp_path: Path, route: str, reply: Reply
) -> None:
    """A list whose deletion is refused, or whose id is not told, stays the only one of the probe."""
    record = await recorded(account, tmp_path)
    server.faults.add(reply, on=route, times=1_000)
    checks = [check for check in ALL_CHECKS if check.access is Access.WRITE]
    run = ProbeRun(account, make_plan(checks, {Access.WRITE}, 1_000))
    await run.carry_out()
    made = [call for call in server.calls if call.route in {"lists.create_empty", "lists.create"}]
    assert len(made) == len(record.left) == 1
    assert run.results().checks[-1].why == "a list that the probe had made could not be removed"
    record.close()
