"""``asyncsdk upsert``: updates or adds the rows of a file in a list."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import asdict

from asyncsdk.bulk import BulkProgress, BulkReport, ReportUnwritten, VaultJournal
from asyncsdk.bulk.run_layout import JournalConflict
from asyncsdk.cli.commands.fleet_run import fleet_run
from asyncsdk.cli.commands.max_rejects import MaxRejects
from asyncsdk.cli.commands.resume_journal import JournalState, RunJournal
from asyncsdk.cli.commands.upsert_request import UpsertRequest
from asyncsdk.cli.exit_codes import Exit, Failure, failure_of
from asyncsdk.cli.input.file_options import naming_options
from asyncsdk.cli.input.input_file import InputFile, inspect_file
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.bulk_progress import bulk_meter
from asyncsdk.cli.output.bulk_report import ReasonSummary, outcome_counts, report_lines
from asyncsdk.cli.output.counted import counted
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.cli.path_checks import check_rejects_path
from asyncsdk.errors import ActOnError, InvalidArgument
from asyncsdk.uploads.rejects_file import reasons_beside

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["plan", "upsert"]


async def plan(terminal: Terminal, request: UpsertRequest) -> int:
    """Print how the rows would be sent; nothing is written."""
    if request.options.resume:
        raise Failure(Exit.BAD_INPUT, "--plan tells of the whole input, --resume sends the rest: say one of them.")
    source = await inspect_file(
        request.file, request.options.key, request.options.encoding, request.options.separator
    )
    async with open_session(emulator=request.emulator, prepare=_prepare(request, source)) as acton:
        with naming_options():
            drawn_up = await acton.bulk.plan(
                request.list_id,
                request.file,
                key=source.key,
                via=request.options.via,
                state=request.options.state,
                encoding=source.form.encoding,
                separator=source.form.separator,
                rename=request.rename,
                ignore=request.ignore,
            )
    terminal.result(asdict(drawn_up), str(drawn_up).splitlines())
    return Exit.DONE


async def upsert(terminal: Terminal, request: UpsertRequest) -> int:
    """Upsert the rows, print the report, and give the exit code."""
    success = _check_options(request)
    source = await inspect_file(
        request.file, request.options.key, request.options.encoding, request.options.separator
    )
    journal: RunJournal | None = None
    if request.options.run is not None:
        report = await fleet_run(
            request.options.run, request.resume_command(), lambda kept: _run(request, source, kept)
        )
        if report.resumed and not request.options.quiet:
            terminal.notice(f"The run {request.options.run} had begun before: what was done is not sent again.")
    elif request.emulator:
        report = await _run(request, source, None)
    else:
        report, journal = await _journaled(terminal, request, source)
    good = success.allows(report)
    if not (good and request.options.quiet) or terminal.json:
        _tell(terminal, request, report, journal)
    return Exit.DONE if good else Exit.SOME_NOT_SAVED


def _check_options(request: UpsertRequest) -> MaxRejects:
    """Refuse options that do not go together; gives what counts as a success."""
    options = request.options
    if request.emulator and (options.journal is not None or options.resume or options.fresh):
        raise Failure(
            Exit.BAD_INPUT, "--emulator is gone after its run: --journal, --resume and --fresh do not go with it."
        )
    if options.run is not None and (request.emulator or options.journal is not None):
        other = "--emulator, which is gone after its run" if request.emulator else "--journal: say one of them"
        raise Failure(Exit.BAD_INPUT, f"--run does not go with {other}.")
    if options.resume and options.fresh:
        raise Failure(Exit.BAD_INPUT, "--resume goes on with an earlier run, --fresh forgets it: say one of them.")
    if options.rejects is not None:
        check_rejects_path(options.rejects, input_file=request.file, force=options.force)
    return MaxRejects.of(options.max_rejects)


async def _journaled(
    terminal: Terminal, request: UpsertRequest, source: InputFile
) -> tuple[BulkReport, RunJournal | None]:
    """Run with a journal; gives it, too, if it stays.

    Raises:
        Failure: the run ended early; it names the command to go on with.
    """
    journal = RunJournal.of(request.options.journal, request.file, request.list_id)
    before, aside = journal.check(resume=request.options.resume), journal.kept_aside()

    def tell(progress: BulkProgress) -> None:
        if request.options.quiet:
            return
        if request.options.fresh:
            for path in sorted(journal.kept_aside() - aside):
                terminal.notice(f"The journal of an earlier run, which is not finished, is kept as {path}.")
        elif before is JournalState.BEGUN:
            terminal.notice(f"Going on where {journal.path} says that an earlier run ended.")
        elif before is JournalState.FINISHED and progress.rows_done == progress.rows_read:
            terminal.notice(f"{journal.path} says that an earlier run sent everything: nothing is sent again.")

    try:
        report = await _run(request, source, journal.path, tell)
    except asyncio.CancelledError:
        raise _early_end(request, journal, before, Failure(Exit.INTERRUPTED, "interrupted.")) from None
    except ReportUnwritten as error:
        raise _unwritten(request, journal, before, error) from error
    except (ActOnError, OSError) as error:
        raise _early_end(request, journal, before, failure_of(error), error) from error
    after = journal.clean_up(before)
    return report, journal if journal.named or after is not JournalState.FINISHED else None


def _early_end(
    request: UpsertRequest,
    journal: RunJournal,
    before: JournalState,
    failure: Failure,
    error: Exception | None = None,
) -> Failure:
    """The failure, and the command to go on with where there is something to go on with."""
    after = journal.clean_up(before)
    if isinstance(error, JournalConflict):
        how_on = (
            "To go on with it, give its own file and list with --resume. To begin anew, say --fresh, which keeps"
        )
        return Failure(failure.code, f"{error.what} {how_on} its journal aside. Nothing was sent.")
    if isinstance(error, InvalidArgument):
        return failure
    if after is not JournalState.BEGUN:
        return Failure(failure.code, f"{failure} Nothing was sent.") if error is None else failure
    line = f"{failure} To go on from {journal.path}: {shlex.join(request.resume_command())}"
    return Failure(failure.code, line, journal=journal.path, go_on=request.resume_command())


def _unwritten(
    request: UpsertRequest, journal: RunJournal, before: JournalState, error: ReportUnwritten
) -> Failure:
    """The failure of a run that sent every row; while there are rejects to write, its journal stays."""
    failure, counts = failure_of(error), next(report_lines(error.report, ReasonSummary(())))
    if request.options.rejects is None:
        journal.clean_up(before)
        return Failure(failure.code, f"{failure} {counts}")
    go_on = request.resume_command()
    again = f"The same command writes {request.options.rejects} and sends nothing again: {shlex.join(go_on)}"
    return Failure(failure.code, f"{failure} {counts} {again}", journal=journal.path, go_on=go_on)


async def _run(
    request: UpsertRequest,
    source: InputFile,
    journal: Path | VaultJournal | None,
    on_start: Callable[[BulkProgress], object] | None = None,
) -> BulkReport:
    async with (
        open_session(emulator=request.emulator, prepare=_prepare(request, source)) as acton,
        bulk_meter(on_start, quiet=request.options.quiet) as shown,
    ):
        with naming_options():
            return await acton.bulk.upsert(
                request.list_id,
                request.file,
                key=source.key,
                via=request.options.via,
                journal=journal,
                journal_mode="auto" if journal is None else request.journal_mode,
                rejects=request.options.rejects,
                state=request.options.state,
                encoding=source.form.encoding,
                separator=source.form.separator,
                rename=request.rename,
                ignore=request.ignore,
                on_progress=shown.update,
            )


def _prepare(request: UpsertRequest, source: InputFile) -> Callable[[Emulator], object]:
    def prepare(server: Emulator) -> None:
        """A private emulator has no lists: give it the one that is meant."""
        server.add_list("Contacts", source.columns(request.rename, request.ignore), list_id=request.list_id)

    return prepare


def _tell(terminal: Terminal, request: UpsertRequest, report: BulkReport, journal: RunJournal | None) -> None:
    reasons = ReasonSummary(report.rejects)
    value = {
        "list_id": request.list_id,
        **outcome_counts(report),
        "unchanged": report.unchanged,
        "resumed": report.resumed,
        "rejected_because": reasons.as_json(),
        "reasons": list(report.reasons),
        "calls": report.calls,
        "seconds": round(report.seconds, 3),
        "rejects_file": None if request.options.rejects is None else str(request.options.rejects),
        "reasons_file": None if request.options.rejects is None else str(reasons_beside(request.options.rejects)),
        "journal": None if journal is None else str(journal.path),
    }
    lines = [*report_lines(report, reasons), f"Took {report.seconds:,.1f} s and {counted(report.calls, 'call')}."]
    if request.options.rejects is not None:
        why = reasons_beside(request.options.rejects)
        lines.append(
            f"The rejected rows are in {request.options.rejects}: {len(report.rejects):,}; why is in {why}."
        )
    if journal is not None and report.unknown:
        lines.append(f"To look for the unknown rows, and send them again: {shlex.join(request.resume_command())}")
    elif report.failed or report.unknown:
        fresh = " with --fresh" if journal is not None else ""
        lines.append(
            f"To send the rows again that failed or are unknown does no harm: give the same command{fresh}."
        )
    terminal.result(value, lines)
