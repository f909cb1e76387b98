"""``asyncsdk usage``: calls and logins that are spent, and those that are left."""

from __future__ import annotations

import os
from collections.abc import Iterator

from attrs import asdict, frozen

from asyncsdk.cli.commands.fleet_source import fleet_source
from asyncsdk.cli.exit_codes import Exit
from asyncsdk.cli.login.sources import login_in_use, variable
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.budgets import calls_left, logins_left
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.shared.account_view import AccountView

__all__ = ["show_usage"]


@frozen
class _Counted:
    """Usage, and who is counted in it, in words."""

    usage: Usage
    who: str


async def show_usage(terminal: Terminal, *, emulator: bool) -> int:
    """Print what is spent and what is left, and who counted it; this makes no call."""
    if emulator or not os.environ.get("ACTON_REDIS_URL"):
        counted = await _by_session(emulator=emulator)
    else:
        counted = await _in_redis()
    terminal.result(asdict(counted.usage), _lines(counted))
    return Exit.DONE


async def _by_session(*, emulator: bool) -> _Counted:
    async with open_session(emulator=emulator) as acton:
        usage = acton.usage()
    file = None if emulator else _token_file()
    if not file:
        return _Counted(
            usage,
            "Counted is this run alone, from zero. After asyncsdk login, or with ACTON_TOKEN_FILE, or"
            " ACTON_REDIS_URL and ACTON_ACCOUNT, the programs that share those count together.",
        )
    seen = "this one alone" if usage.processes <= 1 else f"{usage.processes:,}, this one included"
    return _Counted(
        usage,
        f"Counted are the calls of the programs that share the token file {file}. Seen in the last 30 seconds:"
        f" {seen}.",
    )


def _token_file() -> str | None:
    in_use = login_in_use()
    return variable("TOKEN_FILE") if in_use is None else str(in_use.token_path)


async def _in_redis() -> _Counted:
    """What Redis knows: a session learns it with its first call."""
    async with fleet_source(None, all_accounts=False) as look:
        (seen,) = (await look()).accounts
    usage = _usage_of(seen.view)
    account = seen.where["account"]
    return _Counted(
        usage,
        f"Counted are the calls of the programs that share account {account} by Redis. Seen in the last 30 seconds:"
        f" {usage.processes:,}.",
    )


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
