"""Bulk runs that are ended at each write of their journal, and taken up by another process in another folder."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

from attrs import frozen

from asyncsdk.emulator import Emulator, Settings
from benchmarks.work_homes import homes_server
from benchmarks.work_processes import Processes, processes
from benchmarks.work_runs_worker import LIST, ROWS, address
from tests.bulk.dying import POINTS

__all__ = ["Ending", "RunOutcome", "all_endings", "run_outcomes", "unharmed"]

FILE_BYTES: Final = 80_000
"""So that a run has several files."""

AT_ONCE: Final = 6
"""Runs side by side."""

NEVER_REACHED: Final = frozenset(
    {
        "while fetching rejects",
        "after a few records",
        "after a refusal was written down",
        "after rows were found missing",
        "while they are sent again",
    }
)
"""Points of a journal at which a run without trouble never is."""


@frozen
class Ending:
    """How the first process of a run is ended."""

    point: str = ""
    """A write of the journal on the process's own disk; empty: none."""

    harm: int = 0
    """The signal that comes at a write to the vault; 0: none."""

    number: int = 0
    """Which of these writes."""

    after: bool = False
    """Whether it comes when that is written."""


@frozen
class RunOutcome:
    """What the processes of one run came to."""

    ending: Ending
    was_ended: bool
    """Whether the first process was ended before the run was."""
    copies: int
    """Writes to the vault of the process that came to the end of the run."""
    accepted: int
    """Files that were accepted."""
    lost: int
    """Rows that the list does not hold."""
    unknown: int
    """Rows without a known outcome, and failed ones, in the last report."""
    calls: int
    was_told: bool
    """Whether a process that stood still and went on was told that another has the run."""

    @property
    def is_freeze(self) -> bool:
        """Whether the first process stood still, and went on when another had ended the run."""
        return self.ending.harm == signal.SIGSTOP


async def unharmed() -> RunOutcome:
    """A run that nothing happens to."""
    return (await run_outcomes([Ending()]))[0]


def all_endings(copies: int, *, quick: bool) -> list[Ending]:
    """All endings: at each write of the journal, and at each write of a copy, before it and after it.

    Args:
        copies: how many copies a run writes that nothing happens to.
        quick: only a few.
    """
    numbers = range(1, copies + 1)
    found = [Ending(point=point) for point in POINTS if point not in NEVER_REACHED]
    for harm in (int(signal.SIGKILL), int(signal.SIGSTOP)):
        found += [Ending("", harm, number, after) for number in numbers for after in (False, True)]
    return found[:: len(found) // 4] if quick else found


async def run_outcomes(endings: Sequence[Ending]) -> list[RunOutcome]:
    """Make a run with each ending, some side by side."""
    with homes_server(with_redis=True) as (home, _):
        turns = asyncio.Semaphore(AT_ONCE)
        async with processes() as group:

            async def one(number: int, ending: Ending) -> RunOutcome:
                async with turns:
                    return await _outcome(group, home["redis_url"], f"import-{number}", ending)

            return await asyncio.gather(*(one(number, ending) for number, ending in enumerate(endings)))


async def _outcome(group: Processes, redis_url: str, name: str, ending: Ending) -> RunOutcome:
    async with AsyncExitStack() as stack:
        settings = Settings(calls_per_second=None, job_pending=0.05, job_running=0.05)
        server = await stack.enter_async_context(Emulator(settings))
        server.add_list("Leads", ["Email", "First Name", "Score"], list_id=LIST)
        told: dict[str, Any] = {
            "url": server.url,
            "token": server.issue_token()["access_token"],
            "redis_url": redis_url,
            "run": name,
            "upload_bytes": FILE_BYTES,
        }
        folders = [stack.enter_context(tempfile.TemporaryDirectory()) for _ in range(2)]
        first, second = f"{name} first", f"{name} second"
        harm = [ending.harm, ending.number, ending.after]
        await group.start(first, "run", folder=folders[0], point=ending.point, harm=harm, **told)
        await group.until(lambda: group.said("report", first) or not group.is_at_work(first))
        was_ended, ended_by = not group.said("report", first), first
        if was_ended:
            await group.start(second, "run", folder=folders[1], **told)
            await group.until(lambda: group.said("report", second) or group.said("failed", second))
            ended_by = second
        if ending.harm == signal.SIGSTOP and was_ended:
            group.wake(first)
            await group.until(lambda: not group.is_at_work(first))
        await asyncio.sleep(0.2)
        return _found(group, server, ending, first, ended_by)


def _found(group: Processes, server: Emulator, ending: Ending, first: str, ended_by: str) -> RunOutcome:
    held = {row[0]: row[2] for row in server.rows(LIST)}
    reports = [told.value for told in group.said("report", ended_by)]
    return RunOutcome(
        ending=ending,
        was_ended=ended_by != first,
        copies=sum(told.value for told in group.said("kept", ended_by)),
        accepted=sum(call.status == 200 for call in server.calls.of("lists.merge")),
        lost=sum(held.get(address(number)) != str(number) for number in range(ROWS)),
        unknown=sum(each["unknown"] + each["failed"] for each in reports) if reports else ROWS,
        calls=server.calls.total,
        was_told=bool(group.said("taken", first)),
    )
