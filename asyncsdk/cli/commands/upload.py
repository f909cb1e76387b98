"""``asyncsdk upload``: creates a list from a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from attrs import frozen

from asyncsdk.cli.commands.job import await_job, rejected_rows_lines, report_json, report_lines, status_command
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.input.checked_file import CheckedFile, count_duplicates
from asyncsdk.cli.input.list_file import ListFile
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.bulk_report import ReasonSummary
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.cli.path_checks import check_rejects_path
from asyncsdk.files.upload import Upload
from asyncsdk.models import UploadReport
from asyncsdk.session import Session
from asyncsdk.uploads.rejects_file import reasons_beside

__all__ = ["UploadRequest", "upload"]


@frozen
class UploadRequest:
    """Arguments of the command.

    Attributes:
        name: the list's name.
        sheet: the file, looked through.
        folder: the folder to put the list in.
        rejects: a file for the rows that are not in the list then.
        force: whether it may replace rejected rows that are there.
    """

    name: str
    sheet: CheckedFile
    folder: str | None = None
    rejects: Path | None = None
    force: bool = False


async def upload(terminal: Terminal, request: UploadRequest, *, emulator: bool) -> int:
    """Create the list, await its job, print its report, and give the exit code."""
    sheet = request.sheet
    if request.rejects is not None:
        check_rejects_path(request.rejects, input_file=sheet.path, force=request.force)
    repeated = await count_duplicates(sheet)
    with closing(ListFile(sheet)) as content:
        content.write()
        left_out = len(content.rejects)
        async with open_session(emulator=emulator) as acton:
            file = Upload(content.file, name=f"{sheet.path.stem}.csv")
            job = await acton.lists.create(request.name, file=file, columns=sheet.columns(), folder=request.folder)
            report = await await_job(terminal.notice, job, status_command)
            try:
                if request.rejects is not None:
                    await _keep_rejects(acton, report, content, request.rejects)
            except BaseException:  # the list is there all the same
                for line in report_lines(report):
                    terminal.notice(line)
                raise
        hints = _emulator_hints(report) if emulator else rejected_rows_lines(report)
        _tell(terminal, job.id, request, report, content, repeated=repeated, left_out=left_out, hints=hints)
    told = report.appended + report.updated
    return Exit.DONE if told == sheet.rows else Exit.SOME_NOT_SAVED


async def _keep_rejects(acton: Session, report: UploadReport, content: ListFile, path: Path) -> None:
    """Write the rows that were left out, and those that Act-On rejected, if these can be had."""
    try:
        if report.rejected:
            if report.rejects_file is None:
                raise Failure(Exit.REFUSED, "Act-On rejected rows and named no file that holds them.")
            await content.join(acton.lists.rejected_records(report))
    finally:
        content.write_rejects(path)


def _emulator_hints(report: UploadReport) -> list[str]:
    """How to see the rejected rows of an emulator, which is gone when the command ends."""
    return ["--rejects FILE keeps the rejected rows, and why."] if report.rejected else []


def _tell(
    terminal: Terminal,
    job_id: str,
    request: UploadRequest,
    report: UploadReport,
    content: ListFile,
    *,
    repeated: int,
    left_out: int,
    hints: Sequence[str],
) -> None:
    sheet, rejects = request.sheet, request.rejects
    missing = sheet.rows - left_out - report.appended - report.updated - report.failed - report.rejected
    reasons = ReasonSummary(content.rejects)
    value = {
        "job_id": job_id,
        **report_json(report),
        "rows": sheet.rows,
        "left_out": left_out,
        "repeated": repeated,
        "unaccounted": missing,
        "rejected_because": reasons.as_json(),
        "rejects_file": None if rejects is None else str(rejects),
        "reasons_file": None if rejects is None else str(reasons_beside(rejects)),
    }
    lines = report_lines(report)
    if left_out:
        lines.append(f"{left_out:,} of the file's {sheet.rows:,} rows were left out, and not sent.")
    lines.extend(reasons.lines())
    if repeated:
        lines.append(f"{repeated:,} rows share their address with another row; upsert would merge them.")
    if missing:
        lines.append(f"The file has {sheet.rows:,} rows, so {missing:,} are not accounted for.")
    if rejects is None:
        lines.extend(hints)
    else:
        lines.append(
            f"These rows are in {rejects}, and why in {reasons_beside(rejects)}: {len(content.rejects):,}."
        )
    terminal.result(value, lines)
