"""Calls that a type checker must accept, and the types that it must see; read by mypy and pyright, never run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, assert_type

from asyncsdk import (
    AccountInfo,
    Asset,
    Category,
    CategoryOptOut,
    CodeGrant,
    Column,
    Contact,
    ContactFacts,
    CreatedList,
    DeletedRecords,
    DrilldownRow,
    EventReport,
    ExportReport,
    FileStore,
    Job,
    JobStatus,
    Limits,
    ListPage,
    MemoryStore,
    NewUser,
    Outcome,
    Page,
    Pages,
    PasswordGrant,
    PollPolicy,
    RecordLookup,
    RefreshGrant,
    Request,
    Response,
    RetryPolicy,
    Saved,
    Sender,
    Session,
    Suppression,
    SuppressionUpdate,
    Timeout,
    Token,
    UploadReport,
    Usage,
    UserOutcome,
)

COLUMNS = [Column("Email", "EMAIL"), Column("Name", type="FIRSTNAME"), Column("Note", ignore=True)]
NOW = datetime.now(UTC)


async def sessions() -> None:
    """Every way to make a session."""
    Session(token="t")
    Session(token=Token("t", expires_at=1.0), store=MemoryStore())
    Session(grant=CodeGrant("id", "secret", "code", "https://my.app/cb"), store=FileStore(Path("token")))
    Session(grant=RefreshGrant("id", "secret", "refresh"), timeout=Timeout(connect=1.0, read=2.0))
    assert_type(Session.from_env(), Session)
    assert_type(Session.from_env("MINE_", retry=RetryPolicy(attempts=2), polling=PollPolicy(price=1.0)), Session)
    grant = PasswordGrant("id", "secret", username="u", password="p")
    async with Session(grant=grant, limits=Limits(max_wait=3.0)) as acton:
        assert_type(acton, Session)
        assert_type(acton.usage(), Usage)
        assert_type(acton.usage().calls_left, int)
        assert_type(await acton.send(Request("GET", "/api/1/x", {"a": "b", "c": ["d", "e"]})), Response)
    assert_type(CodeGrant.authorize_url("id", "https://my.app/cb", state="s"), str)


async def account(acton: Session) -> None:
    """Rows of ``account``."""
    info = await acton.account.get()
    assert_type(info, AccountInfo)
    assert_type(info.account_id, int)
    assert_type(info.is_admin, bool | None)
    ada = NewUser("Marketing", "ada@example.com", "Ada", "L", "secret", confirm=True)
    assert_type(await acton.account.create_users(users=[ada]), list[UserOutcome])
    assert_type(await acton.account.delete_users(emails=("a@example.com", "b@example.com")), list[UserOutcome])
    assert_type(await acton.account.delete_user("a@example.com"), Outcome)
    assert_type(await acton.account.senders(), list[Sender])


async def events(acton: Session) -> None:
    """Rows of ``events``."""
    job = await acton.events.upload(
        file=b"",
        destination="Fair",
        action="CUSTOM_ATTENDED",
        email_column=0,
        date_column=1,
        title_column=2,
        date_format="yyyy-MM-dd",
        separator="TAB",
        quote="NONE",
    )
    assert_type(job, Job[EventReport])
    assert_type((await job).appended, int)
    assert_type(
        await acton.events.record(
            destination="Fair",
            action="CUSTOM_GENERAL",
            email="a@example.com",
            when="01/02/2026",
            title="Stand 7",
            date_format="MM/dd/yyyy",
            create_destination=True,
        ),
        Outcome,
    )
    assert_type(await acton.events.status("1"), JobStatus[EventReport])
    assert_type(acton.events.job("1"), Job[EventReport])
    assert_type(await acton.events.job(job_id="1"), EventReport)


async def lists(acton: Session) -> None:
    """Rows of ``lists`` that are awaited."""
    page = await acton.lists.download(
        "l-0001", count=10, offset=0, fields=["Email"], modified_after=NOW, created_before=NOW, date_qualifiers=True
    )
    assert_type(page, ListPage)
    assert_type(page.rows, tuple[tuple[str | None, ...], ...])
    assert_type(page.contacts()[0].data, Mapping[str, str | None])
    assert_type(await acton.lists.create_empty("Leads", columns=COLUMNS), CreatedList)
    assert_type(await acton.lists.upload_status("1"), JobStatus[UploadReport])
    assert_type((await acton.lists.upload_status("1")).report, UploadReport | None)
    assert_type(await acton.lists.delete("l-0001"), Outcome)
    assert_type(await acton.lists.delete_records("l-0001", record_ids=["l-0001:a"]), DeletedRecords)
    assert_type(await acton.lists.add_opt_outs(file=Path("out.csv")), SuppressionUpdate)
    assert_type(await acton.lists.remove_opt_outs(file="in.csv"), SuppressionUpdate)


async def downloads(acton: Session) -> None:
    """Records are contacts, or of the class that is given; what is new is read in a block."""
    assert_type(acton.lists.records("l-0001", fields=["Email"]), AsyncIterator[Contact])
    assert_type(acton.lists.records("l-0001", into=Column), AsyncIterator[Column])
    assert_type(await acton.lists.export("l-0001", Path("leads.csv")), ExportReport)
    async with acton.lists.changes("l-0001", state=Path("state.json")) as contacts:
        assert_type(contacts, AsyncIterator[Contact])
    async with acton.lists.changes("l-0001", state="state.json", into=Column) as columns:
        assert_type(columns, AsyncIterator[Column])
    async with acton.lists.new_opt_outs(state="state.json") as opt_outs:
        assert_type(opt_outs, AsyncIterator[Suppression])
    async with acton.reports.new_drilldown_rows("s-0001-2409", "CLICKED", state="state.json") as rows:
        assert_type(rows, AsyncIterator[DrilldownRow])


async def files(acton: Session, file: BinaryIO) -> None:
    """A file is a path, bytes, or a binary file; what comes back is a job."""
    job = await acton.lists.create(
        "Leads", file=Path("leads.csv"), columns=COLUMNS, folder=None, headings=True, separator="SEMI", quote="NONE"
    )
    assert_type(job, Job[UploadReport])
    assert_type(await acton.lists.create(name="Leads", file="leads.csv", columns=COLUMNS), Job[UploadReport])
    assert_type(await acton.lists.merge("l-0001", file=BytesIO(b""), columns=tuple(COLUMNS)), Job[UploadReport])
    merged = await acton.lists.merge(
        "l-0001", file=file, columns=COLUMNS, mode="REPLACE", key="Email", segment=True, replace_everything=True
    )
    assert_type(await merged, UploadReport)


async def jobs(acton: Session, job: Job[UploadReport]) -> None:
    """A job is like a future of its report."""
    assert_type(acton.lists.job("15959711"), Job[UploadReport])
    assert_type(await job, UploadReport)
    assert_type(job.result().list_id, str)
    assert_type(job.id, str)
    assert_type(job.done(), bool)
    assert_type(await asyncio.gather(job, acton.events.job("2")), tuple[UploadReport, EventReport])
    async for status in job.updates():
        text: str = status
        del text
    callback: list[Job[UploadReport]] = []
    job.add_done_callback(callback.append)
    mapping: dict[Job[UploadReport], int] = {job: 1}
    del mapping
    job.abandon()
    for each in asyncio.as_completed([job]):
        assert_type(await each, UploadReport)


async def pages(acton: Session) -> None:
    """Pages are awaited for one, and walked for all."""
    assert_type(acton.lists.all(), Pages[Asset])
    page = await acton.lists.all(listing_type="contact_list", count=10)
    assert_type(page, Page[Asset])
    assert_type(page[0], Asset)
    assert_type(page[1:], tuple[Asset, ...])
    assert_type(len(page), int)
    assert_type(page[0].modified, datetime | None)
    async for asset in acton.lists.all():
        assert_type(asset, Asset)
    assert_type([item async for item in acton.lists.hard_bounces(created_after=NOW)], list[Suppression])
    assert_type(await acton.lists.spam_complaints(), Page[Suppression])
    assert_type(await acton.lists.opt_outs(count=5), Page[Suppression])
    async for address in acton.subscriptions.opt_outs("News"):
        assert_type(address, CategoryOptOut)


async def rejects(acton: Session, report: UploadReport) -> None:
    """Rejected rows are streamed without ``await``, by a report or a file name."""
    rows = acton.lists.rejected_records(report)
    assert_type(rows, AsyncIterator[Mapping[str, str]])
    async for row in rows:
        assert_type(row["Email"], str)
    async for row in acton.lists.rejected_records("rejects.csv"):
        assert_type(row, Mapping[str, str])


async def contacts(acton: Session) -> None:
    """Rows of ``contacts``."""
    data = {"First Name": "Ada"}
    assert_type(await acton.contacts.add("l-0001", data=data, return_contact=True), Saved)
    assert_type(await acton.contacts.get("l-0001", "l-0001:a"), tuple[str, ...])
    assert_type(await acton.contacts.upsert("l-0001", email="a@example.com", data=data), Saved)
    assert_type(await acton.contacts.submit_upsert(list_id="l-0001", email="a", data=data), Job[UploadReport])
    assert_type(await acton.contacts.update("l-0001", record_id="l-0001:a", data={}), Saved)
    assert_type(await acton.contacts.delete("l-0001", "l-0001:a"), Outcome)
    assert_type(await acton.contacts.lookup_cookie(cookie="c"), RecordLookup)
    assert_type(await acton.contacts.find("l-0001", cookie_id="c"), Contact)
    facts = await acton.contacts.facts("l-0001", "l-0001:a")
    assert_type(facts, ContactFacts)
    assert_type(facts.scores.score, int)


async def subscriptions(acton: Session) -> None:
    """Rows of ``subscriptions``."""
    assert_type(await acton.subscriptions.categories(), list[Category])
    assert_type(await acton.subscriptions.opt_ins("a@example.com"), list[Category])
    assert_type(await acton.subscriptions.set(email="a", category="News", action="optin"), Outcome)
    assert_type(await acton.subscriptions.set_all(email="a", categories=["News"]), Outcome)


async def open_shapes(acton: Session) -> None:
    """Where nobody has published a shape, the type says so."""
    lookup = await acton.contacts.lookup_cookie(cookie="c")
    assert_type(lookup.fields, Mapping[str, Any])
    assert_type((await acton.account.senders())[0].fields, Mapping[str, Any])
