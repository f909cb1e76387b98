"""``asyncsdk queue``: shows the journals of queues, and sends what is left in them."""

from __future__ import annotations

import asyncio
import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from asyncsdk.cli.exit_codes import Exit, Failure, failure_of
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.table import format_table
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.errors import ActOnError, APIError, InvalidArgument, NotFound
from asyncsdk.http.error_bodies import INVALID_LIST
from asyncsdk.queue import ContactQueue
from asyncsdk.queue.backoff import is_lasting
from asyncsdk.queue.journal_status import JournalStatus
from asyncsdk.queue.journal_statuses import journal_statuses
from asyncsdk.queue.results import COUNTED, UnsavedRow
from asyncsdk.queue.shared_journal import SharedJournal
from asyncsdk.redaction import mask
from asyncsdk.session import Session

__all__ = ["COUNTS", "drain", "drain_list", "show_status"]

COUNTS: Final = ("waiting", "on their way", "given up")

PAUSE: Final = 0.5
"""Seconds between two looks at a queue that has not come to its end."""


def show_status(terminal: Terminal, path: Path) -> int:
    """Show what one journal holds, or all of a folder; gives the exit code."""
    found = journal_statuses(path)
    table = format_table(
        ("journal", "list", "open in", *COUNTS, "oldest"),
        [_cells(each) for each in found],
        width=terminal.width,
        numbers=COUNTS,
        middle=("journal",),
    )
    given_up = [
        f"given up, {row.fate}: {shortened(row.email)}: {row.reason}" for each in found for row in each.unsaved
    ]
    terminal.result(
        [_as_json(each) for each in found],
        [*table.printed, *given_up] if found else ["There is no journal."],
    )
    return Exit.DONE


def _cells(each: JournalStatus) -> tuple[str, ...]:
    oldest = "" if each.oldest is None else f"{each.oldest:,.0f} s"
    numbers = (f"{number:,}" for number in (each.waiting, each.on_the_way, len(each.unsaved)))
    return (each.path.name, each.list_id or "", _holder(each), *numbers, oldest)


def _holder(each: JournalStatus) -> str:
    if each.holder is None:
        return "no process"
    return (f"process {each.holder}" if each.holder else "a process") + (", sends" if each.sends else "")


def _as_json(each: JournalStatus) -> dict[str, Any]:
    return {
        "journal": str(each.path),
        "list_id": each.list_id,
        "open": each.holder is not None,
        "pid": each.holder or None,
        "sends": each.sends,
        "waiting": each.waiting,
        "on_their_way": each.on_the_way,
        "given_up": [
            {"email": shortened(row.email), "fate": row.fate, "reason": row.reason} for row in each.unsaved
        ],
        "oldest": each.oldest,
    }


def shortened(email: str) -> str:
    """An address as it may be shown: its first letter, and where it is."""
    name, _, host = email.rpartition("@")
    return f"{name[:1]}***@{host}"


async def drain(terminal: Terminal, path: Path) -> int:
    """Send what no living process sends, to its end; gives the exit code."""
    found = journal_statuses(path)
    sent = {each.list_id for each in found if each.sends}
    for each in found:
        if each.sends:
            process = f"process {each.holder}" if each.holder else "a process"
            terminal.notice(f"The rows of list {each.list_id} are sent by {process}, which has {each.path} open.")
        elif each.path == path and each.holder is not None:
            raise Failure(Exit.BAD_INPUT, f"{each.path} is open in {_holder(each)}, which sends its rows itself")
    lists = sorted(
        {str(each.list_id) for each in found if each.holder is None and _rows(each) and each.list_id not in sent}
    )
    counts: Counter[str] = Counter()
    if lists:
        try:
            async with open_session(emulator=False) as acton:
                await acton.identity()  # fails at once, with the reason, if the account may not be asked
                for list_id in lists:
                    counts.update(await drain_list(terminal, acton, list_id, path))
        except asyncio.CancelledError:
            go_on = ["asyncsdk", "queue", "drain", str(path)]
            terminal.notice(f"What was not sent is in {path} as before. To go on: {shlex.join(go_on)}")
            raise Failure(Exit.INTERRUPTED, "interrupted", journal=path, go_on=go_on) from None
    left = [each for each in journal_statuses(path) if each.holder is None]
    return _tell(terminal, counts, left)


def _rows(each: JournalStatus) -> int:
    return each.waiting + each.on_the_way


class _KeepTheRest(Exception):
    """Ends a queue so that the rows that were given up stay in its journal."""


async def drain_list(
    terminal: Terminal, acton: Session, list_id: str, journal: Path | SharedJournal
) -> dict[str, int]:
    """Send what a journal holds for a list, to its end; gives the counts of the rows by what became of them."""
    queue = acton.contacts.queue(list_id, journal=journal, max_age=0.0, quota_share=1.0, drain_within=0.0)
    try:
        async with queue:
            await _to_its_end(terminal, queue, list_id)
            raise _KeepTheRest
    except _KeepTheRest:
        report = queue.report()
        return {name: getattr(report, name) for name in COUNTED}


async def _to_its_end(terminal: Terminal, queue: ContactQueue, list_id: str) -> None:
    said = ""
    while len(queue):
        await queue.flush()
        report = queue.report()
        trouble = report.trouble
        if trouble is not None and _is_hopeless(trouble):
            raise failure_of(trouble)
        says = f"List {list_id}: {report.waiting:,} rows wait"
        says += "." if trouble is None else f": {type(trouble).__name__}: {_words(trouble)}"
        if len(queue) and says != said:
            said = says
            terminal.notice(says)
        if len(queue):
            await asyncio.sleep(PAUSE)


def _words(trouble: ActOnError) -> str:
    """The text of an error without the id of the request, so that an error that repeats is printed once."""
    return mask(trouble.message if isinstance(trouble, APIError) else str(trouble))


def _is_hopeless(trouble: ActOnError) -> bool:
    """Whether it is of no use to wait."""
    list_is_missing = isinstance(trouble, APIError) and trouble.code == INVALID_LIST
    return list_is_missing or is_lasting(trouble) or isinstance(trouble, (NotFound, InvalidArgument))


def _tell(terminal: Terminal, counts: Counter[str], left: Sequence[JournalStatus]) -> int:
    saved = counts["created"] + counts["updated"] + counts["upserted"]
    waiting = sum(map(_rows, left))
    given_up: list[UnsavedRow] = [row for each in left for row in each.unsaved]
    lines = [f"{saved:,} rows saved, {waiting:,} left, {len(given_up):,} given up."]
    lines += [f"given up, {row.fate}: {shortened(row.email)}: {row.reason}" for row in given_up]
    told = {name: counts[name] for name in COUNTED if name != "puts"}
    terminal.result({**told, "saved": saved, "left": waiting, "given_up": len(given_up)}, lines)
    return Exit.SOME_NOT_SAVED if waiting or given_up else Exit.DONE
