"""``asyncsdk usage``: calls and logins that are spent, and those that are left."""

from __future__ import annotations

import os
from math import ceil

from attrs import asdict

from asyncsdk.cli.exit_codes import Exit
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.terminal import Terminal

__all__ = ["show_usage"]


async def show_usage(terminal: Terminal, *, emulator: bool) -> int:
    """Print what is spent and what is left; this makes no call."""
    async with open_session(emulator=emulator) as acton:
        usage = acton.usage()
    file = None if emulator else os.environ.get("ACTON_TOKEN_FILE")
    lines = [
        f"Calls of the last 24 hours: {usage.calls_made:,}",
        f"Calls left: {usage.calls_left:,}{_reset('call', usage.calls_reset_in)}",
        f"Logins left this hour: {usage.logins_left:,}{_reset('login', usage.logins_reset_in)}",
        f"Counted are the calls of the programs that share the token file {file}."
        if file
        else "Counted is this run alone, from zero. With ACTON_TOKEN_FILE, the programs that share that file count"
        " together.",
        "Act-On does not tell what other programs and machines have used.",
    ]
    terminal.result(asdict(usage), lines)
    return Exit.DONE


def _reset(what: str, seconds: float) -> str:
    if not seconds:
        return ""
    hours, minutes = divmod(ceil(seconds / 60), 60)
    return f" (the oldest {what} stops counting in {f'{hours} h ' if hours else ''}{minutes} min)"
