"""Run layout: binds the journal to the run, and decides once which rows are sent, as files or as single calls."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from asyncsdk import clock
from asyncsdk.bulk.execution.reconcile import max_processing_seconds
from asyncsdk.bulk.plan import Way
from asyncsdk.bulk.run_context import RunContext
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.bulk.storage.state import ListStateFile
from asyncsdk.errors import InvalidArgument
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["JournalConflict", "claim_journal", "lay_out"]

_log = logging.getLogger("asyncsdk")

_NEVER_REPLACED: Final = frozenset({"account", "list", "version"})
"""If one of these differs, the path of another journal was given by mistake."""


class JournalConflict(InvalidArgument):
    """A journal belongs to another run.

    Attributes:
        what: which journal, and in what the runs differ.
    """

    def __init__(self, what: str, how_on: str) -> None:
        super().__init__(f"{what} {how_on} Nothing was sent.")
        self.what = what


async def claim_journal(context: RunContext, journal: Journal, staged: StagedInput, owner: str | None) -> None:
    """Bind the journal to this run, as ``journal_mode`` says.

    One that nobody keeps ends with the run, so that it needs no digest of the rows, by which a later run is known.

    Args:
        context: the resources of the run.
        journal: the journal.
        staged: the input.
        owner: whose list it is.

    Raises:
        InvalidArgument: it is another run's, and may not be replaced.
    """
    if context.request.journal is None:
        return
    identity = {
        "account": owner,
        "list": staged.columns.list_id,
        "list's columns": staged.columns.headings,
        "limit of a file": context.caller.limits.upload_bytes,
        "number of rows": staged.rows,
        "rows": await staged.digest(),
    }
    mode, path = context.request.journal_mode, context.request.journal
    begun, differs = journal.layout() is not None, journal.differs(identity)
    if mode == "resume" and not begun:
        raise InvalidArgument(f"The journal {path} knows of no run to go on with. Nothing was sent.")
    if not begun:
        journal.empty()
    elif mode == "fresh":
        await _begin_anew(context, journal)
    elif differs:
        mistaken = _NEVER_REPLACED.intersection(differs)
        if mode == "resume" or mistaken or not journal.complete:
            raise _conflict(context, journal, differs)
        journal.empty()
    journal.bind(identity)


async def lay_out(context: RunContext, journal: Journal, staged: StagedInput, state: ListStateFile | None) -> Way:
    """Decide which rows are sent and by which way, unless an earlier run has; gives the way.

    Rows that need not be sent are taken out of files that are already on disk. They cannot be left out earlier: a
    row can be compared with the state file only after its duplicates were merged into it, and the journal can be
    checked only after all rows were read.

    Args:
        context: the resources of the run.
        journal: takes note of what is sent.
        staged: the input.
        state: the rows that earlier runs have sent.

    Raises:
        InvalidArgument: an earlier run has taken another way than the one that is asked for.
    """
    known = journal.layout()
    if known is not None:
        way, left_out = known
        if context.request.via not in {"auto", way}:
            raise InvalidArgument(
                f"The journal {context.request.journal} belongs to a run by {way}, which cannot go on by"
                f" {context.request.via}: leave via out, or choose another file. Nothing was sent."
            )
        await context.exclude(staged, left_out)
        return way
    left_out = RowNumbers() if state is None else await state.known(staged)
    await context.exclude(staged, left_out)
    way = context.plan(staged, context.request.via).via
    journal.lay_out(way, [file.rows for file in staged.files] if way == "upload" else [], left_out)
    return way


def _conflict(context: RunContext, journal: Journal, differs: list[str]) -> JournalConflict:
    path, done = context.request.journal, "is finished" if journal.complete else "is not finished"
    return JournalConflict(
        f"The journal {path} belongs to another run: its {', '.join(differs)} differ. That run {done}.",
        "To go on with it, give its own rows and list again. To begin anew with these, say journal_mode='fresh',"
        " which keeps an unfinished run's journal aside, or choose another file.",
    )


async def _begin_anew(context: RunContext, journal: Journal) -> None:
    """Keep the journal of an unfinished run aside, and forget that run once its last file must be processed."""
    if not journal.complete:
        aside = await asyncio.to_thread(journal.copy_aside)
        _log.warning(
            "The run of the journal %s is not finished: %s.",
            context.request.journal,
            "it is forgotten" if aside is None else f"a copy is kept as {aside}",
            extra={"acton_event": "bulk_begun_anew"},
        )
        processed = max(
            (
                file.sent_at + max_processing_seconds(file.rows)
                for file in journal.files(open_only=True)
                if file.state in {"sent", "accepted"}
            ),
            default=0.0,
        )
        seconds = processed - clock.wall()
        if seconds > 0:  # its values are older than those that are sent now, and must not overwrite them
            context.meter.at("pausing", seconds)
            await asyncio.sleep(seconds)
    journal.empty()
