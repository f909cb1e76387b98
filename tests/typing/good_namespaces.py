"""Calls of the other namespaces that a type checker must accept, and the types that it must see; never run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, assert_type

from asyncsdk import (
    AudienceContact,
    ContactSchema,
    DrilldownRow,
    Folder,
    FormEntry,
    Fragment,
    Image,
    ImageEntry,
    ImportDefinition,
    ImportMapping,
    ImportReport,
    IngestReport,
    Job,
    JobStatus,
    Logo,
    Media,
    MediaView,
    Message,
    MessageReport,
    Outcome,
    Page,
    Pages,
    PeriodReport,
    Programs,
    SchemaField,
    Segment,
    Session,
    TransactionalReceipt,
    Upload,
    Written,
)

SOON = datetime(2026, 1, 1, tzinfo=UTC)


async def content(acton: Session) -> None:
    """Logos, fragments, images, media, forms, pages, programs."""
    assert_type(acton.logos.all(), Pages[Logo])
    async for logo in acton.logos.all():
        assert_type(logo, Logo)
    assert_type(await acton.headers.all(), Page[Fragment])
    assert_type(await acton.footers.get("0"), Fragment)
    assert_type(await acton.logos.add(name="Logo", file=Path("logo.png")), Outcome)
    assert_type(await acton.logos.update("i-4", image_link="https://example.com/logo.png"), Outcome)
    folders = await acton.images.all(folder_names=["Default Folder"])
    assert_type(folders, list[Folder[ImageEntry]])
    assert_type(folders[0].entries[0].width, int | None)
    assert_type(await acton.images.get("f-1"), Image)
    assert_type(await acton.images.add(file=Upload(b"", "x.png"), folder="2026"), Outcome)
    assert_type(await acton.media.get("u-1"), Media)
    assert_type(await acton.media.replace("f-1", file=BytesIO()), Outcome)
    assert_type((await acton.forms.all())[0].entries, tuple[FormEntry, ...])
    assert_type(await acton.pages.get("p-0001"), Any)
    assert_type(await acton.programs.all(type="TRACK"), Programs)


async def messages(acton: Session) -> None:
    """Messages, what became of them, and transactional mail."""
    async for message in acton.messages.all(type="sent"):
        assert_type(message, Message)
    assert_type(await acton.messages.create(type="draft", subject="Hello"), Outcome)
    sent = await acton.messages.send(
        "d-0004", sender_email="a@example.com", sender_name="A", when=SOON, send_to_ids=["l-0001"]
    )
    assert_type(sent, Outcome)
    assert_type(await acton.messages.html("s-0001-2409", "l-0001:0"), str)
    assert_type(await acton.reports.message("s-0001-2409"), MessageReport)
    assert_type(acton.reports.message_drilldown("s-0001-2409", "CLICKED"), Pages[DrilldownRow])
    assert_type(acton.reports.drilldown_rows("s-0001-2409", "SENT"), AsyncIterator[Mapping[str, str]])
    assert_type(await acton.reports.messages_by_period(period="2409"), PeriodReport)
    assert_type(await acton.reports.media_views("f-1"), list[MediaView])
    receipt = await acton.transactional.send("t-0003", to="a@example.com", personalization={"First Name": "Ada"})
    assert_type(receipt, TransactionalReceipt)


async def audience(acton: Session) -> None:
    """Contacts of the whole account, their fields, segments and imports."""
    assert_type(await acton.audience.contacts(page=0, page_size=50), Page[AudienceContact])
    async for contact in acton.audience.contacts(updated_after=SOON, account_id="12345"):
        assert_type(contact.email, str | None)
    assert_type(await acton.audience.contact("l-unified-contacts:1"), AudienceContact)
    await acton.audience.upsert_by_email("a@example.com", contact=AudienceContact(first_name="Ada"))
    await acton.audience.upsert_by_email("a@example.com", contact={"firstName": "Ada"}, policy="ALL_CONTACTS")
    assert_type(await acton.audience.delete_by_external_id("lead", "7"), bool)
    assert_type(await acton.schema.get(skip_hidden=False), ContactSchema)
    assert_type(await acton.schema.add_field(name="Job Title", type="TEXT"), Written[SchemaField])
    assert_type(await acton.segments.create(name="S", parent_id="l-1", type="DIRECT_SELECT"), Written[Segment])
    async for segment in acton.segments.all():
        assert_type(segment, Segment)
    definition = ImportDefinition("Daily", [ImportMapping("email", "E-mail Address")])
    assert_type(await acton.imports.define(definition=definition), ImportDefinition)
    job = await acton.imports.start("987654", file=b"email\n", cleanup=True)
    assert_type(job, Job[ImportReport])
    assert_type(await job, ImportReport)
    assert_type(await acton.imports.status("1"), JobStatus[ImportReport])
    assert_type(acton.imports.job("1", account_id="12345"), Job[ImportReport])


async def custom_data(acton: Session) -> None:
    """Objects of the account's own making."""
    assert_type(await acton.custom_data.schemas(), Any)
    job = await acton.custom_data.ingest_rows("o", "d", rows=[{"a": 1}], mode="UPSERT", abort_on_invalid_row=True)
    assert_type(job, Job[IngestReport])
    assert_type(acton.custom_data.job("7"), Job[IngestReport])
    assert_type(acton.custom_data.job_report("7"), AsyncIterator[bytes])
    async for row in acton.custom_data.query("o", "d", select_fields=["co.*"], page_strategy="CURSOR"):
        assert_type(row, Any)
