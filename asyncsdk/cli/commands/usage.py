"""``asyncsdk usage``: calls and logins that are spent, and those that are left."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

from attrs import asdict, frozen

from asyncsdk.cli.commands.fleet_source import fleet_source
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.login.sources import login_in_use, variable
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.budgets import calls_left, logins_left
from asyncsdk.cli.output.live_screen import LiveScreen, live_screen
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.errors import FleetUnavailable, StoreFailed
from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.shared.account_view import AccountView

__all__ = ["show_usage"]


@frozen
class _Counted:
    """Usage, and who is counted in it, in words."""

    usage: Usage
    who: str


_Look: TypeAlias = Callable[[], Coroutine[Any, Any, _Counted]]
"""Counts anew, without a call.

Raises:
    StoreFailed: what is kept cannot be read.
    FleetUnavailable: Redis does not answer.
"""

EVERY: Final = 1.0
"""Seconds between two looks."""

_ALONE: Final = (
    "Counted is this run alone, from zero. After asyncsdk login, or with ACTON_TOKEN_FILE, or ACTON_REDIS_URL and"
    " ACTON_ACCOUNT, the programs that share those count together."
)


async def show_usage(terminal: Terminal, *, emulator: bool, watch: bool) -> int:
    """Print what is spent and what is left, and who counted it; this makes no call.

    Args:
        terminal: the output.
        emulator: count for a private emulator, from zero.
        watch: draw it anew each second, until a signal comes.
    """
    in_redis = not emulator and bool(os.environ.get("ACTON_REDIS_URL"))
    async with _redis_look() if in_redis else _session_look(emulator=emulator) as look:
        counted = await look()
        if watch and counted.who == _ALONE:
            raise Failure(Exit.BAD_INPUT, f"--watch has nothing to show. {_ALONE}")
        if watch:
            with live_screen() as screen:
                await _watch(screen, look, counted)
    terminal.result(asdict(counted.usage), _lines(counted))
    return Exit.DONE


async def _watch(screen: LiveScreen, look: _Look, counted: _Counted) -> None:
    """Draw what is counted, each second; while nothing can be read, what was read last, and why."""
    trouble: list[str] = []
    while True:
        screen.show([*_lines(counted), *trouble])
        await asyncio.sleep(EVERY)
        try:
            counted, trouble = await look(), []
        except (FleetUnavailable, StoreFailed) as error:
            trouble = [f"As it was last. {error}"]


@asynccontextmanager
async def _session_look(*, emulator: bool) -> AsyncGenerator[_Look]:
    """What a session counts, which shares its counts by a token file."""
    file = None if emulator else _token_file()
    async with open_session(emulator=emulator) as acton:

        async def look() -> _Counted:
            usage = acton.usage()
            if not file:
                return _Counted(usage, _ALONE)
            seen = "this one alone" if usage.processes <= 1 else f"{usage.processes:,}, this one included"
            return _Counted(
                usage,
                f"Counted are the calls of the programs that share the token file {file}. Seen in the last 30"
                f" seconds: {seen}.",
            )

        yield look


def _token_file() -> str | None:
    in_use = login_in_use()
    return variable("TOKEN_FILE") if in_use is None else str(in_use.token_path)


@asynccontextmanager
async def _redis_look() -> AsyncGenerator[_Look]:
    """What Redis knows: a session learns it with its first call."""
    async with fleet_source(None, all_accounts=False) as accounts:

        async def look() -> _Counted:
            (seen,) = (await accounts()).accounts
            usage = _usage_of(seen.view)
            return _Counted(
                usage,
                f"Counted are the calls of the programs that share account {seen.where['account']} by Redis."
                f" Seen in the last 30 seconds: {usage.processes:,}.",
            )

        yield look


def _usage_of(view: AccountView | None) -> Usage:
    if view is None:
        limits = Limits()
        return Usage(0, limits.calls_per_day, 0.0, limits.grants_per_hour, 0.0, source="Redis", processes=0)
    return Usage(
        view.calls_made,
        view.calls_left,
        view.calls_reset_in,
        view.logins_left,
        view.logins_reset_in,
        source="Redis",
        processes=len(view.processes),
    )


def _lines(counted: _Counted) -> Iterator[str]:
    usage = counted.usage
    yield f"Calls of the last 24 hours: {usage.calls_made:,}"
    yield calls_left(usage.calls_left, usage.calls_reset_in)
    yield logins_left(usage.logins_left, usage.logins_reset_in)
    yield counted.who
    yield "Act-On does not tell what other programs and machines have used."
