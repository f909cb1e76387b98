"""``asyncsdk fleet``: the processes that share an account, who waits, and what is left of its budgets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from attrs import evolve

from asyncsdk.cli.commands.fleet_source import Look, fleet_source
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.output.fleet_report import AccountLook, fleet_json, fleet_lines
from asyncsdk.cli.output.live_screen import LiveScreen, live_screen
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.errors import FleetUnavailable, StoreFailed

__all__ = ["show_fleet"]

EVERY: Final = 1.0
"""Seconds between two looks."""

PROCESSES: Final = 50
"""Processes of an account that get a line, where no height of a screen says it."""

OTHER_LINES: Final = 10
"""Lines of an account that tell of no single process."""


async def show_fleet(terminal: Terminal, token_file: Path | None, *, all_accounts: bool, live: bool) -> int:
    """Show who shares an account; makes no call, and takes no place.

    Args:
        terminal: the output.
        token_file: the token file; by default what the environment names.
        all_accounts: all accounts of the Redis that the environment names.
        live: draw it anew each second, until a signal comes.
    """
    async with fleet_source(token_file, all_accounts=all_accounts) as look:
        looks = await look()
        if not all_accounts and looks[0].view is None:
            raise Failure(Exit.BAD_INPUT, f"{looks[0].title}: no process has shared an account's limits by it.")
        if live:
            with live_screen() as screen:
                await _watch(screen, look, looks)
        lines = (line for each in looks for line in fleet_lines(each, PROCESSES))
        terminal.result(
            {"accounts": [fleet_json(each) for each in looks]}, lines if looks else ["There is no account."]
        )
    return Exit.DONE


async def _watch(screen: LiveScreen, look: Look, looks: Sequence[AccountLook]) -> None:
    """Draw what is seen, each second; while nothing can be seen, what was seen last, and why."""
    loop = asyncio.get_running_loop()
    seen_at = loop.time()
    while True:
        screen.show(_screen_lines(looks, screen.height))
        await asyncio.sleep(EVERY)
        try:
            looks = await look()
        except (FleetUnavailable, StoreFailed) as error:
            away = f"As it was {loop.time() - seen_at:,.0f} s ago. {error}"
            looks = [evolve(each, trouble=away) for each in looks]
        else:
            seen_at = loop.time()


def _screen_lines(looks: Sequence[AccountLook], height: int) -> Iterator[str]:
    most = max(1, height // max(1, len(looks)) - OTHER_LINES)
    for each in looks:
        yield from fleet_lines(each, most)
    if not looks:
        yield "There is no account."
