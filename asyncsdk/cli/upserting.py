"""``asyncsdk upsert``: each row of a file into a list, one call each."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from asyncsdk.cli.connection import connected
from asyncsdk.cli.exits import Exit, Failure
from asyncsdk.cli.fates import Fate
from asyncsdk.cli.progress import meter
from asyncsdk.cli.rows_file import AddRow, rows_file
from asyncsdk.cli.saving import Saving
from asyncsdk.cli.sheet import Sheet
from asyncsdk.cli.terminal import Terminal
from asyncsdk.models import ColumnType
from asyncsdk.session import Session

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["upsert"]


async def upsert(terminal: Terminal, list_id: str, sheet: Sheet, rejects: Path | None, *, emulator: bool) -> int:
    """Save every row, tell what became of each, and give the exit code."""

    def furnish(server: Emulator) -> None:
        """A private emulator has no lists: give it the one that is meant."""
        server.add_list("Contacts", sheet.columns(), list_id=list_id)

    loop = asyncio.get_running_loop()
    began = loop.time()
    with rows_file(rejects, sheet) as keep:
        async with connected(emulator=emulator, furnish=furnish) as acton:
            saving = await _saved(acton, list_id, sheet, keep)
    _tell(terminal, saving, list_id, loop.time() - began, rejects)
    if saving.interrupted:
        terminal.remark("asyncsdk: interrupted: what became of each row is told above")
        return Exit.INTERRUPTED
    if saving.stopped_by is not None:
        raise saving.stopped_by
    return Exit.DONE if saving.tally.all_saved else Exit.SOME_NOT_SAVED


async def _saved(acton: Session, list_id: str, sheet: Sheet, keep: AddRow) -> Saving:
    page = await acton.lists.download(list_id, count=1)
    known = {name.casefold() for name in page.headers[1:]}
    types = get_args(ColumnType)
    foreign = [
        heading
        for place, heading in enumerate(sheet.headings)
        if place != sheet.email_place and heading.casefold() not in known and heading not in types
    ]
    if foreign:
        raise Failure(
            Exit.BAD_INPUT,
            f"the list {list_id} has no column {', '.join(map(repr, foreign))};"
            f" it has {', '.join(map(repr, page.headers[1:]))}. No row was sent.",
        )
    with meter("Saving", sheet.rows) as progress:
        saving = Saving(acton, list_id, sheet, keep, progress)
        await saving.run()
    return saving


def _tell(terminal: Terminal, saving: Saving, list_id: str, seconds: float, rejects: Path | None) -> None:
    tally = saving.tally
    value = {
        "list_id": list_id,
        **tally.as_json(),
        "seconds": round(seconds, 3),
        "rejects_file": None if rejects is None else str(rejects),
        "interrupted": saving.interrupted,
        "stopped_by": None if saving.stopped_by is None else str(saving.stopped_by),
    }
    lines = [*tally.lines(), f"Took {seconds:,.1f} s."]
    if rejects is not None:
        lines.append(f"The {tally.rows - tally.counts[Fate.SAVED]:,} rows not saved are in {rejects}.")
    terminal.result(value, lines)
