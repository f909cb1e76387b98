"""``asyncsdk upsert``: the rows of a file into a list, by the way that takes less time."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import asdict, field, frozen

from asyncsdk.bulk import BulkProgress, BulkReport, JournalMode, ReportUnwritten
from asyncsdk.bulk.layout import JournalConflict
from asyncsdk.cli.commands.max_rejects import MaxRejects
from asyncsdk.cli.commands.resume_journal import RunJournal, Standing
from asyncsdk.cli.exit_codes import Exit, Failure, failure_of
from asyncsdk.cli.input.contacts_file import RowsInput, look_into, options_named
from asyncsdk.cli.open_session import connected
from asyncsdk.cli.options import UPSERT, UpsertOptions
from asyncsdk.cli.output.bulk_progress import run_meter
from asyncsdk.cli.output.bulk_report import Reasons, calls_made, outcomes, report_lines
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.cli.path_checks import check_rejects
from asyncsdk.errors import ActOnError, InvalidArgument
from asyncsdk.uploads.rejects_file import reasons_beside

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["Asked", "pairs_of", "plan", "upsert"]


def pairs_of(options: UpsertOptions) -> dict[str, str]:
    """What the list calls some of the file's columns.

    Raises:
        Failure: --map is not written as it must be.
    """
    rename: dict[str, str] = {}
    for each in options.map or ():
        name, equals, meant = (part.strip() for part in each.partition("="))
        if not (equals and name and meant):
            raise Failure(Exit.BAD_INPUT, f"--map {each!r}: write it as \"file's column=list's column\".")
        if rename.setdefault(name, meant) != meant:
            raise Failure(Exit.BAD_INPUT, f"--map names the column {name!r} twice.")
    return rename


def _option(name: str, value: str) -> list[str]:
    """The words for an option; a value that begins with a dash would pass for the next one."""
    return [f"--{name}={value}"] if value.startswith("-") else [f"--{name}", value]


@frozen
class Asked:
    """What the user said."""

    list_id: str
    file: Path
    options: UpsertOptions = UPSERT
    emulator: bool = False
    rename: Mapping[str, str] = field(factory=dict[str, str], kw_only=True)
    """What the list calls some of the file's columns."""

    def again(self) -> list[str]:
        """The command that goes on with it."""
        words = ["asyncsdk", "upsert", self.list_id, str(self.file)]
        for name in ("key", "journal", "rejects", "max_rejects", "state", "encoding", "separator"):
            value = getattr(self.options, name)
            if value != getattr(UPSERT, name):
                words += _option(name.replace("_", "-"), str(value))
        for name in ("map", "ignore"):
            for each in getattr(self.options, name) or ():
                words += _option(name, each)
        words += [f"--{name}" for name in ("force", "quiet") if getattr(self.options, name)]
        return [*words, "--resume"]

    @property
    def journal_mode(self) -> JournalMode:
        """What is done with a journal that is there."""
        if self.options.resume:
            return "resume"
        return "fresh" if self.options.fresh else "auto"

    @property
    def ignore(self) -> list[str]:
        """The file's columns that are not sent."""
        return self.options.ignore or []


async def plan(terminal: Terminal, asked: Asked) -> int:
    """Tell how the rows would be sent; nothing is written."""
    if asked.options.resume:
        raise Failure(Exit.BAD_INPUT, "--plan tells of the whole input, --resume sends the rest: say one of them.")
    source = await look_into(asked.file, asked.options.key, asked.options.encoding, asked.options.separator)
    async with connected(emulator=asked.emulator, furnish=_furnish(asked, source)) as acton:
        with options_named():
            drawn_up = await acton.bulk.plan(
                asked.list_id,
                asked.file,
                key=source.key,
                via=asked.options.via,
                state=asked.options.state,
                encoding=source.form.encoding,
                separator=source.form.separator,
                rename=asked.rename,
                ignore=asked.ignore,
            )
    terminal.result(asdict(drawn_up), str(drawn_up).splitlines())
    return Exit.DONE


async def upsert(terminal: Terminal, asked: Asked) -> int:
    """See every row to its end, tell what became of them, and give the exit code."""
    success = _checked(asked)
    source = await look_into(asked.file, asked.options.key, asked.options.encoding, asked.options.separator)
    if asked.emulator:
        report, journal = await _run(asked, source, None), None
    else:
        report, journal = await _journaled(terminal, asked, source)
    good = success.allows(report)
    if not (good and asked.options.quiet) or terminal.json:
        _tell(terminal, asked, report, journal)
    return Exit.DONE if good else Exit.SOME_NOT_SAVED


def _checked(asked: Asked) -> MaxRejects:
    """Refuse options that do not go together; gives what counts as a success."""
    options = asked.options
    if asked.emulator and (options.journal is not None or options.resume or options.fresh):
        raise Failure(
            Exit.BAD_INPUT, "--emulator is gone after its run: --journal, --resume and --fresh do not go with it."
        )
    if options.resume and options.fresh:
        raise Failure(Exit.BAD_INPUT, "--resume goes on with an earlier run, --fresh forgets it: say one of them.")
    if options.rejects is not None:
        check_rejects(options.rejects, input_file=asked.file, force=options.force)
    return MaxRejects.of(options.max_rejects)


async def _journaled(terminal: Terminal, asked: Asked, source: RowsInput) -> tuple[BulkReport, RunJournal | None]:
    """Run with a journal; gives it, too, if it stays.

    Raises:
        Failure: the run ended early; it is said how to go on.
    """
    journal = RunJournal.of(asked.options.journal, asked.file, asked.list_id)
    before, aside = journal.check(resume=asked.options.resume), journal.kept_aside()

    def tell(progress: BulkProgress) -> None:
        if asked.options.quiet:
            return
        if asked.options.fresh:
            for path in sorted(journal.kept_aside() - aside):
                terminal.remark(f"The journal of an earlier run, which is not finished, is kept as {path}.")
        elif before is Standing.BEGUN:
            terminal.remark(f"Going on where {journal.path} says that an earlier run ended.")
        elif before is Standing.FINISHED and progress.rows_done == progress.rows_read:
            terminal.remark(f"{journal.path} says that an earlier run sent everything: nothing is sent again.")

    try:
        report = await _run(asked, source, journal.path, tell)
    except asyncio.CancelledError:
        raise _ended_early(asked, journal, before, Failure(Exit.INTERRUPTED, "interrupted.")) from None
    except ReportUnwritten as error:
        raise _unwritten(asked, journal, before, error) from error
    except (ActOnError, OSError) as error:
        raise _ended_early(asked, journal, before, failure_of(error), error) from error
    after = journal.tidy(before)
    return report, journal if journal.named or after is not Standing.FINISHED else None


def _ended_early(
    asked: Asked, journal: RunJournal, before: Standing, failure: Failure, error: Exception | None = None
) -> Failure:
    """The failure, and the command to go on with where there is something to go on with."""
    after = journal.tidy(before)
    if isinstance(error, JournalConflict):
        how_on = (
            "To go on with it, give its own file and list with --resume. To begin anew, say --fresh, which keeps"
        )
        return Failure(failure.code, f"{error.what} {how_on} its journal aside. Nothing was sent.")
    if isinstance(error, InvalidArgument):
        return failure
    if after is not Standing.BEGUN:
        return Failure(failure.code, f"{failure} Nothing was sent.") if error is None else failure
    line = f"{failure} To go on from {journal.path}: {shlex.join(asked.again())}"
    return Failure(failure.code, line, journal=journal.path, go_on=asked.again())


def _unwritten(asked: Asked, journal: RunJournal, before: Standing, error: ReportUnwritten) -> Failure:
    """The failure of a run that sent every row; while there are rejects to write, its journal stays."""
    failure, counts = failure_of(error), next(report_lines(error.report, Reasons(())))
    if asked.options.rejects is None:
        journal.tidy(before)
        return Failure(failure.code, f"{failure} {counts}")
    again = f"The same command writes {asked.options.rejects} and sends nothing again: {shlex.join(asked.again())}"
    return Failure(failure.code, f"{failure} {counts} {again}", journal=journal.path, go_on=asked.again())


async def _run(
    asked: Asked, source: RowsInput, journal: Path | None, begins: Callable[[BulkProgress], object] | None = None
) -> BulkReport:
    async with (
        connected(emulator=asked.emulator, furnish=_furnish(asked, source)) as acton,
        run_meter(begins, quiet=asked.options.quiet) as shown,
    ):
        with options_named():
            return await acton.bulk.upsert(
                asked.list_id,
                asked.file,
                key=source.key,
                via=asked.options.via,
                journal=journal,
                journal_mode="auto" if journal is None else asked.journal_mode,
                rejects=asked.options.rejects,
                state=asked.options.state,
                encoding=source.form.encoding,
                separator=source.form.separator,
                rename=asked.rename,
                ignore=asked.ignore,
                on_progress=shown.see,
            )


def _furnish(asked: Asked, source: RowsInput) -> Callable[[Emulator], object]:
    def furnish(server: Emulator) -> None:
        """A private emulator has no lists: give it the one that is meant."""
        server.add_list("Contacts", source.columns(asked.rename, asked.ignore), list_id=asked.list_id)

    return furnish


def _tell(terminal: Terminal, asked: Asked, report: BulkReport, journal: RunJournal | None) -> None:
    reasons = Reasons(report.rejects)
    value = {
        "list_id": asked.list_id,
        **outcomes(report),
        "unchanged": report.unchanged,
        "rejected_because": reasons.as_json(),
        "reasons": list(report.reasons),
        "calls": report.calls,
        "seconds": round(report.seconds, 3),
        "rejects_file": None if asked.options.rejects is None else str(asked.options.rejects),
        "reasons_file": None if asked.options.rejects is None else str(reasons_beside(asked.options.rejects)),
        "journal": None if journal is None else str(journal.path),
    }
    lines = [*report_lines(report, reasons), f"Took {report.seconds:,.1f} s and {calls_made(report.calls)}."]
    if asked.options.rejects is not None:
        why = reasons_beside(asked.options.rejects)
        lines.append(f"The rejected rows are in {asked.options.rejects}: {len(report.rejects):,}; why is in {why}.")
    if journal is not None and report.unknown:
        lines.append(f"To look for the unknown rows, and send them again: {shlex.join(asked.again())}")
    elif report.failed or report.unknown:
        fresh = " with --fresh" if journal is not None else ""
        lines.append(
            f"To send the rows again that failed or are unknown does no harm: give the same command{fresh}."
        )
    terminal.result(value, lines)
