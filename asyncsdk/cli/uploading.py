"""``asyncsdk upload``: a new list from a file."""

from __future__ import annotations

from pathlib import Path

from asyncsdk.cli.connection import connected
from asyncsdk.cli.exits import Exit, Failure
from asyncsdk.cli.rows_file import AddRow, rows_file
from asyncsdk.cli.sheet import Sheet
from asyncsdk.cli.terminal import Terminal
from asyncsdk.cli.watching import follow, report_json, report_lines, way_back
from asyncsdk.models import UploadReport
from asyncsdk.session import Session

__all__ = ["upload"]


async def upload(
    terminal: Terminal, name: str, sheet: Sheet, *, folder: str | None, rejects: Path | None, emulator: bool
) -> int:
    """Create the list, await its job, tell its report, and give the exit code."""
    with rows_file(rejects, sheet) as keep:
        async with connected(emulator=emulator) as acton:
            job = await acton.lists.create(name, file=sheet.path, columns=sheet.columns(), folder=folder)
            report = await follow(terminal.remark, job, way_back)
            try:
                if rejects is not None and report.rejected:
                    await _fetch_rejects(acton, report, sheet, keep)
            except BaseException:  # the list is there all the same
                for line in report_lines(report):
                    terminal.remark(line)
                raise
            _tell(terminal, job.id, sheet, report, rejects)
    told = report.appended + report.updated
    return Exit.DONE if told == sheet.rows else Exit.SOME_NOT_SAVED


def _tell(terminal: Terminal, job_id: str, sheet: Sheet, report: UploadReport, rejects: Path | None) -> None:
    missing = sheet.rows - report.appended - report.updated - report.failed - report.rejected
    value = {
        "job_id": job_id,
        **report_json(report),
        "rows": sheet.rows,
        "unaccounted": missing,
        "rejects_file": None if rejects is None else str(rejects),
    }
    lines = report_lines(report)
    if missing:
        lines.append(f"The file has {sheet.rows:,} rows, so {missing:,} are not accounted for.")
    if rejects is not None:
        lines.append(f"The rejected rows are in {rejects}.")
    terminal.result(value, lines)


async def _fetch_rejects(acton: Session, report: UploadReport, sheet: Sheet, keep: AddRow) -> None:
    if report.rejects_file is None:
        raise Failure(Exit.REFUSED, "Act-On rejected rows and named no file that holds them.")
    async for record in acton.lists.rejected_records(report):
        if not set(sheet.headings) <= set(record):
            raise Failure(Exit.REFUSED, "Act-On's file of rejected rows has other columns than the input.")
        keep([record[heading] for heading in sheet.headings])
