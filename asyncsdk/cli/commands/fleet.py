"""``asyncsdk fleet``: who shares an account, who waits, what is left of its budgets, and the queues of tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from asyncsdk.cli.commands.fleet_source import Look, fleet_source
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.output.fleet_report import FleetLook, fleet_json, fleet_lines
from asyncsdk.cli.output.live_screen import LiveScreen, live_screen
from asyncsdk.cli.output.task_report import queue_json, queue_lines
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.errors import FleetUnavailable, StoreFailed

__all__ = ["show_fleet"]

EVERY: Final = 1.0
"""Seconds between two looks."""

PROCESSES: Final = 50
"""Processes of an account that get a line, where no height of a screen says it."""

OTHER_LINES: Final = 11
"""Lines of an account that tell of no single process."""

QUEUES: Final = 100
"""Queues of tasks that get a line, where no height of a screen says it."""

OTHER_LINES_OF_TASKS: Final = 3
"""Lines about tasks that tell of no single queue."""


async def show_fleet(terminal: Terminal, token_file: Path | None, *, all_accounts: bool, live: bool) -> int:
    """Show who shares an account; makes no call, and takes no place.

    Args:
        terminal: the output.
        token_file: the token file; by default what the environment names.
        all_accounts: all accounts of the Redis that the environment names.
        live: draw it anew each second, until a signal comes.
    """
    async with fleet_source(token_file, all_accounts=all_accounts, with_tasks=True) as look:
        seen = await look()
        if not all_accounts and seen.accounts[0].view is None and not seen.tasks:
            raise Failure(
                Exit.BAD_INPUT, f"{seen.accounts[0].title}: no process has shared an account's limits by it."
            )
        if live:
            with live_screen() as screen:
                await _watch(screen, look, seen)
        terminal.result(_as_json(seen), _lines(seen, PROCESSES, QUEUES, terminal.width))
    return Exit.DONE


async def _watch(screen: LiveScreen, look: Look, seen: FleetLook) -> None:
    """Draw what is seen, each second; while nothing can be seen, what was seen last, and why."""
    loop = asyncio.get_running_loop()
    seen_at = loop.time()
    while True:
        screen.show(_screen_lines(seen, screen))
        await asyncio.sleep(EVERY)
        try:
            seen = await look()
        except (FleetUnavailable, StoreFailed) as error:
            away = f"As it was {loop.time() - seen_at:,.0f} s ago. {error}"
            seen = evolve(seen, accounts=[evolve(each, trouble=away) for each in seen.accounts])
        else:
            seen_at = loop.time()


def _screen_lines(seen: FleetLook, screen: LiveScreen) -> Iterator[str]:
    queues = min(len(seen.tasks or ()), max(1, screen.height // 4))
    for_queues = queues + OTHER_LINES_OF_TASKS if queues else 0
    most = max(1, (screen.height - for_queues) // max(1, len(seen.accounts)) - OTHER_LINES)
    return _lines(seen, most, queues, screen.width)


def _lines(seen: FleetLook, processes: int, queues: int, width: int | None) -> Iterator[str]:
    for each in seen.accounts:
        yield from fleet_lines(each, processes, width)
    if not seen.accounts:
        yield "There is no account."
    yield from queue_lines(seen.tasks or (), queues, width)


def _as_json(seen: FleetLook) -> dict[str, Any]:
    tasks = None if seen.tasks is None else [queue_json(each) for each in seen.tasks]
    return {"accounts": [fleet_json(each) for each in seen.accounts], "tasks": tasks}
