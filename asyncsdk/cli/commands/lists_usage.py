"""``asyncsdk lists`` and ``asyncsdk usage``: what is there, and what may still be done."""

from __future__ import annotations

import os
from math import ceil

from attrs import asdict

from asyncsdk.cli.exit_codes import Exit
from asyncsdk.cli.open_session import connected
from asyncsdk.cli.output.terminal import Terminal, table
from asyncsdk.models import Asset

__all__ = ["show_lists", "show_usage"]


async def show_lists(terminal: Terminal, *, emulator: bool) -> int:
    """Tell the account's lists."""
    async with connected(emulator=emulator) as acton:
        found = [asset async for asset in acton.lists.all()]
    rows = [(each.id, _count(each), _day(each), each.folder or "", each.name) for each in found]
    value = [
        {
            "id": each.id,
            "name": each.name,
            "folder": each.folder,
            "records": each.size,
            "modified": None if each.modified is None else each.modified.isoformat(),
        }
        for each in found
    ]
    terminal.result(
        value, table(("ID", "RECORDS", "MODIFIED", "FOLDER", "NAME"), rows) if rows else ["There are no lists."]
    )
    return Exit.DONE


async def show_usage(terminal: Terminal, *, emulator: bool) -> int:
    """Tell what is spent and what is left; this makes no call."""
    async with connected(emulator=emulator) as acton:
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


def _count(asset: Asset) -> str:
    return "" if asset.size is None else f"{asset.size:,}"


def _day(asset: Asset) -> str:
    return "" if asset.modified is None else f"{asset.modified:%Y-%m-%d}"


def _reset(what: str, seconds: float) -> str:
    if not seconds:
        return ""
    hours, minutes = divmod(ceil(seconds / 60), 60)
    return f" (the oldest {what} stops counting in {f'{hours} h ' if hours else ''}{minutes} min)"
