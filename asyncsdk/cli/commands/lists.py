"""``asyncsdk lists``: the account's lists."""

from __future__ import annotations

from asyncsdk.cli.exit_codes import Exit
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.table import format_table
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.models import Asset

__all__ = ["show_lists"]


async def show_lists(terminal: Terminal, *, emulator: bool) -> int:
    """Print the account's lists."""
    async with open_session(emulator=emulator) as acton:
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
    table = format_table(("ID", "RECORDS", "MODIFIED", "FOLDER", "NAME"), rows, width=terminal.width)
    terminal.result(value, table.printed if rows else ["There are no lists."])
    return Exit.DONE


def _count(asset: Asset) -> str:
    return "" if asset.size is None else f"{asset.size:,}"


def _day(asset: Asset) -> str:
    return "" if asset.modified is None else f"{asset.modified:%Y-%m-%d}"
