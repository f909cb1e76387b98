"""Submits jobs for the tests, and tells how they end."""

from __future__ import annotations

from asyncsdk import (
    Job,
    Session,
    UploadReport,
)
from asyncsdk.emulator import (
    Emulator,
    Fault,
)
from tests.support.stage import outcome

POLL = "lists.upload_status"


async def submit(server: Emulator, acton: Session, *faults: Fault) -> Job[UploadReport]:
    """Submit an upsert, whose job meets these faults."""
    if faults:
        server.faults.add(*faults, on="contacts.submit_upsert")
    if "Leads" not in server.list_ids():
        server.add_list("Leads", ["Email"])
    leads = server.list_ids()["Leads"]
    return await acton.contacts.submit_upsert(leads, email="ada@example.com", data={"Email": "ada@example.com"})


async def end_of(job: Job[UploadReport]) -> UploadReport | Exception:
    """A job's report, or its error."""

    async def awaited() -> UploadReport:
        return await job

    return await outcome(awaited())


async def submit_and_end(server: Emulator, acton: Session) -> UploadReport:
    """The report of a job that is submitted now."""
    return await (await submit(server, acton))
