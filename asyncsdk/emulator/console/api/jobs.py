"""Endpoints of the jobs."""

from __future__ import annotations

from typing import cast

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.json_fields import check_names, text_of
from asyncsdk.emulator.console.messages import ConsoleError, ConsoleRequest, JsonObject
from asyncsdk.emulator.console.paging import PAGE_QUERY, page_of
from asyncsdk.emulator.state.job_table import JobEntry
from asyncsdk.emulator.state.jobs import job_number
from asyncsdk.http.messages import Json

__all__ = ["ENDPOINTS"]


def list_jobs(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List the jobs, the newest first: ``?offset=0&count=100``."""
    jobs = account.platform.jobs
    entries = jobs.entries(*page_of(request))
    return {"total": jobs.total(), "jobs": [_told(entry) for entry in entries]}


def read(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Tell one job."""
    return _told(_require(account, request))


async def finish(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Finish a job: its work is done now, also that of a job that is stalled."""
    check_names(request.body, ())
    await account.finish_job(_require(account, request).number)
    return read(account, request)


def stall(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Stall a job: it runs until it is finished or failed."""
    check_names(request.body, ())
    account.stall_job(_require(account, request).number)
    return read(account, request)


async def fail(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Fail a job: ``{"text": "The job has failed"}``; its work is cancelled, and rows that it has written stay."""
    check_names(request.body, ("text",))
    text = text_of({"text": "The job has failed", **request.body}, "text")
    await account.fail_job(_require(account, request).number, text)
    return read(account, request)


def _require(account: EmulatedAccount, request: ConsoleRequest) -> JobEntry:
    job_id = request.path["job_id"]
    number = job_number(job_id)
    entry = None if number is None else account.platform.jobs.entry(number)
    if entry is None:
        raise ConsoleError(404, f"There is no job {job_id[:40]}.")
    return entry


def _told(entry: JobEntry) -> JsonObject:
    return {
        "id": str(entry.number),
        "kind": entry.kind,
        "state": entry.state,
        "accepted_time": int(entry.accepted * 1000),
        "words": entry.words,
        "details": None if entry.details is None else cast("Json", dict(entry.details)),
        "rejected_file": entry.rejected_file,
    }


ENDPOINTS = (
    Endpoint("GET", "/jobs", list_jobs, PAGE_QUERY),
    Endpoint("GET", "/jobs/{job_id}", read),
    Endpoint("POST", "/jobs/{job_id}/finish", finish),
    Endpoint("POST", "/jobs/{job_id}/stall", stall),
    Endpoint("POST", "/jobs/{job_id}/fail", fail),
)
