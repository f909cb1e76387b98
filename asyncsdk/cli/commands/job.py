"""``asyncsdk job``: waits for a job; ``upload`` and ``call`` wait in the same way."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable
from typing import Any, TypeVar

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.open_session import open_session
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.errors import InvalidRequest, JobTimeout, NotFound
from asyncsdk.http.error_bodies import INVALID_JOB_ID
from asyncsdk.jobs.job import Job
from asyncsdk.models import JobStatus, UploadReport
from asyncsdk.session import Session

__all__ = ["await_job", "rejected_rows_lines", "report_json", "report_lines", "show_job", "status_command"]

T = TypeVar("T")


async def show_job(terminal: Terminal, job_id: str, *, wait: bool, emulator: bool) -> int:
    """Wait for a job, or fetch its status once; gives the exit code."""
    async with open_session(emulator=emulator) as acton:
        status = await _fetch_status(acton, job_id)
        if wait and status.state in {"pending", "running"}:
            report = await await_job(terminal.notice, acton.lists.job(job_id), status_command)
            lines = [*report_lines(report), *rejected_rows_lines(report)]
            terminal.result(_job_json(job_id, "done", report), lines)
            return Exit.DONE
    if status.state == "failed":
        raise Failure(Exit.JOB, f"Job {job_id} failed: {status.text}")
    lines = [f"Job {job_id}: {status.state}."]
    if status.report is not None:
        lines += [*report_lines(status.report), *rejected_rows_lines(status.report)]
    terminal.result(_job_json(job_id, status.state, status.report), lines)
    return Exit.DONE


async def _fetch_status(acton: Session, job_id: str) -> JobStatus[UploadReport]:
    """Fetch the job's status.

    Raises:
        Failure: there is no such job, or its status cannot be read.
    """
    try:
        return await acton.lists.upload_status(job_id)
    except (InvalidRequest, NotFound) as error:
        if error.code == INVALID_JOB_ID or isinstance(error, NotFound):
            line = f"Job {job_id}: there is no such upload, or Act-On has forgotten it ({error.message})."
            raise Failure(Exit.JOB, line) from error
        raise Failure(Exit.JOB, f"Job {job_id}: {error}") from error


async def await_job(say: Callable[[str], object], job: Job[T], status_command: Callable[[str], list[str]]) -> T:
    """Wait for a job and give its report; print each change, and how to go on after an interruption.

    Args:
        say: called with a line for each change.
        job: the job.
        status_command: gives the command that shows a job of this id.
    """
    try:
        async for status in job.updates():
            say(f"Job {job.id}: {status}")
        return await job
    except asyncio.CancelledError:
        say(f"Act-On goes on with it. To see how it ends: {shlex.join(status_command(job.id))}")
        raise Failure(Exit.INTERRUPTED, "interrupted", go_on=status_command(job.id)) from None
    except JobTimeout as error:
        go_on = status_command(job.id)
        raise Failure(Exit.JOB, f"{error} To go on: {shlex.join(go_on)}", go_on=go_on) from error


def status_command(job_id: str) -> list[str]:
    """The command that shows an upload."""
    return ["asyncsdk", "job", job_id]


def report_json(report: UploadReport) -> dict[str, Any]:
    """A report as JSON."""
    return {
        "list_id": report.list_id,
        "appended": report.appended,
        "updated": report.updated,
        "failed": report.failed,
        "rejected": report.rejected,
    }


def report_lines(report: UploadReport) -> list[str]:
    """A report for people."""
    return [
        f"List {report.list_id}: {report.appended:,} appended, {report.updated:,} updated,"
        f" {report.failed:,} failed, {report.rejected:,} rejected."
    ]


def rejected_rows_lines(report: UploadReport) -> list[str]:
    """The command that shows the rejected rows, and why they were; none where Act-On names no file of them."""
    if not report.rejected or report.rejects_file is None:
        return []
    command = ["asyncsdk", "call", "lists.rejected_records", report.rejects_file]
    return [f"The rejected rows, and why: {shlex.join(command)}"]


def _job_json(job_id: str, state: str, report: UploadReport | None) -> dict[str, Any]:
    return {"job_id": job_id, "state": state, "report": None if report is None else report_json(report)}
