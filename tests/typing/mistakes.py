"""Mistakes that a type checker must find, each in the line that says so; read by mypy and pyright, never run."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from asyncsdk import Column, Job, Limits, MemoryStore, PasswordGrant, Session, UploadReport
from asyncsdk.fleet import Fleet

COLUMNS = [Column("Email", "EMAIL")]


async def misspelt(acton: Session) -> None:
    """Names and choices that do not exist."""
    await acton.contacts.upset("l-0001", email="a", data={})  # error
    await acton.contact.upsert("l-0001", email="a", data={})  # error
    await acton.contacts.upsert("l-0001", mail="a", data={})  # error
    await acton.lists.merge("l-0001", file=b"", columns=COLUMNS, mode="upsert")  # error
    await acton.subscriptions.set(email="a", category="News", action="opt-in")  # error
    await acton.lists.create("Leads", file=b"", columns=COLUMNS, separator=";")  # error
    Column("Email", "E-MAIL")  # error
    acton.lists.all(listing_type="lists")  # error
    Limits(calls_per_minute=5)  # error
    Fleet.from_url("redis://cache", outage="panic")  # error


async def missing_or_misplaced(acton: Session) -> None:
    """Arguments that are not there, or not by their name."""
    await acton.contacts.upsert("l-0001", email="a")  # error
    await acton.contacts.upsert("l-0001", "a", {})  # error
    await acton.contacts.get("l-0001")  # error
    await acton.lists.create("Leads", columns=COLUMNS)  # error
    await acton.events.upload(file=b"", destination="Fair")  # error
    await acton.account.get(1)  # error
    PasswordGrant("id", "secret", "u")  # error
    Session("token")  # error


async def of_another_type(acton: Session) -> None:
    """Values that the API has no way to say."""
    await acton.contacts.upsert(7, email="a", data={})  # error
    await acton.contacts.upsert("l-0001", email=None, data={})  # error
    await acton.contacts.upsert("l-0001", email="a", data={"Age": 7})  # error
    await acton.lists.create("Leads", file=StringIO(""), columns=COLUMNS)  # error
    await acton.lists.create("Leads", file=None, columns=COLUMNS)  # error
    await acton.lists.create("Leads", file=b"", columns=["Email"])  # error
    await acton.lists.download("l-0001", count="10")  # error
    await acton.lists.download("l-0001", modified_after="2026-01-01")  # error
    await acton.account.create_users(users=["a@example.com"])  # error
    acton.lists.job(15959711)  # error
    Session(store=Path("token"), token="t")  # error


async def awaited_wrongly(acton: Session, job: Job[UploadReport]) -> None:
    """Coroutines, jobs, pages and streams used for one another."""
    await acton.lists.rejected_records("rejects.csv")  # error
    await acton.usage()  # error
    for _ in acton.lists.all():  # error
        pass
    async for _ in acton.contacts.get("l-0001", "l-0001:a"):  # error
        pass
    job.cancel()  # error
    print((await acton.lists.create("Leads", file=b"", columns=COLUMNS)).list_id)  # error
    print((await job).listId)  # error


async def in_the_other_namespaces(acton: Session) -> None:
    """Mistakes of each kind, in namespaces that are used less."""
    await acton.programs.all()  # error
    await acton.programs.all(type="TRACKS")  # error
    await acton.logos.add(file=b"")  # error
    await acton.images.add(path="x.png")  # error
    acton.messages.all(type="sents")  # error
    await acton.messages.send("d-0004", send_to_ids=["l-0001"])  # error
    await acton.messages.resend("s-0001-2409", when="now")  # error
    acton.reports.message_drilldown("s-0001-2409", "READ")  # error
    await acton.transactional.send("t-0003")  # error
    await acton.audience.upsert_by_email("a", contact={}, policy="NEWEST")  # error
    await acton.audience.delete_contacts("7")  # error
    await acton.schema.add_field(name="A", type="STRING")  # error
    await acton.segments.create(name="S", parent_id="l-1", type="DIRECT")  # error
    await acton.custom_data.ingest_rows("o", "d", rows=[], mode="upsert", abort_on_invalid_row=True)  # error
    await acton.custom_data.job_report("7")  # error
    await acton.logos.get("i-4").title  # error


async def read_wrongly(acton: Session) -> None:
    """Results taken for something else."""
    saved: str = await acton.contacts.upsert("l-0001", email="a", data={})  # error
    number: str = (await acton.account.get()).account_id  # error
    (await acton.account.get()).account_id = 7  # error
    print(saved, number)


def shared(fleet: Fleet) -> None:
    """Parts that a session of a fleet has already."""
    fleet.session("acme", token="t", store=MemoryStore())  # error
    fleet.session(token="t")  # error
