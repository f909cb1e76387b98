"""The result type of each route that the other good calls leave out, a line each; read by checkers, never run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, assert_type

from asyncsdk import (
    AudienceContact,
    ExternalContact,
    Folder,
    FormReport,
    Fragment,
    ImportDefinition,
    ImportMapping,
    IngestReport,
    Job,
    JobStatus,
    Logo,
    MediaDay,
    MediaEntry,
    MediaReport,
    Outcome,
    PageEntry,
    PageReport,
    Pages,
    SchemaField,
    Segment,
    Session,
    Written,
)
from asyncsdk.models import CustomSchema

ACCOUNT = "12345"
NOW = datetime.now(UTC)
PERSON = AudienceContact(first_name="Ada")
PICKED = [ExternalContact("003A", "Contact")]
DEFINITION = ImportDefinition("Daily", [ImportMapping("email", "E-mail Address")])


async def logos(acton: Session) -> None:
    """Routes of ``logos``."""
    assert_type(await acton.logos.get("i-4"), Logo)
    assert_type(await acton.logos.delete("i-4"), Outcome)


async def headers(acton: Session) -> None:
    """Routes of ``headers``."""
    assert_type(await acton.headers.get("0"), Fragment)
    assert_type(await acton.headers.add(title="Spring"), Outcome)
    assert_type(await acton.headers.update("1", text=""), Outcome)
    assert_type(await acton.headers.delete("1"), Outcome)


async def footers(acton: Session) -> None:
    """Routes of ``footers``."""
    assert_type(acton.footers.all(), Pages[Fragment])
    assert_type(await acton.footers.add(title="Spring"), Outcome)
    assert_type(await acton.footers.update("1", text=""), Outcome)
    assert_type(await acton.footers.delete("1"), Outcome)


async def images(acton: Session) -> None:
    """Routes of ``images``."""
    assert_type(await acton.images.replace("f-1", file=b""), Outcome)
    assert_type(await acton.images.delete("f-1"), Outcome)


async def media(acton: Session) -> None:
    """Routes of ``media``."""
    assert_type(await acton.media.all(), list[Folder[MediaEntry]])
    assert_type(await acton.media.add(file=b""), Outcome)
    assert_type(
        await acton.media.add_link(url="https://example.com/?a=b&c=d", name="Help", folder="Products"), Outcome
    )
    assert_type(await acton.media.delete("u-1"), Outcome)


async def forms(acton: Session) -> None:
    """Routes of ``forms``."""
    assert_type(await acton.forms.urls("0123"), Any)


async def pages(acton: Session) -> None:
    """Routes of ``pages``."""
    assert_type(await acton.pages.all(), list[Folder[PageEntry]])
    assert_type(await acton.pages.delete("p-0001"), Outcome)
    assert_type(await acton.pages.urls("p-0001"), Any)


async def reports(acton: Session) -> None:
    """Routes of ``reports``."""
    assert_type(await acton.reports.media("f-1"), MediaReport)
    assert_type(await acton.reports.media_messages("f-1"), Any)
    assert_type(await acton.reports.media_timeline("f-1"), list[MediaDay])
    assert_type(await acton.reports.form("0123"), FormReport)
    assert_type(await acton.reports.page("p-0001"), PageReport)


async def messages(acton: Session) -> None:
    """Routes of ``messages``."""
    assert_type(
        await acton.messages.update("d-0004", subject="Hello", title="Welcome", html="<p>Hello</p>", text="Hello"),
        Outcome,
    )
    assert_type(await acton.messages.delete("t-0003"), Outcome)
    assert_type(
        await acton.messages.resend(
            "s-0003-1910",
            send_to_ids=["l-0002"],
            send_to_record_ids=["l-0001:2"],
            suppress_ids=["l-0003"],
            suppress_duplicates=False,
            when=NOW,
        ),
        Outcome,
    )


async def campaigns(acton: Session) -> None:
    """Routes of ``campaigns``."""
    assert_type(await acton.campaigns.all(), Any)
    assert_type(await acton.campaigns.get("a 1"), Any)


async def seo(acton: Session) -> None:
    """Routes of ``seo``."""
    assert_type(await acton.seo.keywords(), Any)
    assert_type(await acton.seo.report(keyword="e-mail & more", url="https://example.com"), Any)


async def audience(acton: Session) -> None:
    """Routes of ``audience``."""
    assert_type(
        acton.audience.contacts_by_fields(fields=["e-mail address", "first name"], page=2, page_size=100),
        Pages[Any],
    )
    assert_type(await acton.audience.add_contact(contact=PERSON, method="EMAIL"), Any)
    assert_type(await acton.audience.contact_by_cookie("c00/kie"), AudienceContact)
    assert_type(acton.audience.contacts_by_email("a+b@example.com", page=1, page_size=5), Pages[AudienceContact])
    assert_type(await acton.audience.delete_by_email("ada@example.com", policy="OLDEST_CONTACT"), Any)
    assert_type(
        await acton.audience.delete_by_emails(emails=["ada@example.com", "b@example.com"], policy="OLDEST_CONTACT"),
        Any,
    )
    assert_type(await acton.audience.contact_by_external_id("LEAD", "00Q1"), AudienceContact)
    assert_type(
        await acton.audience.upsert_by_external_id("LEAD", "00Q1", contact=PERSON, policy="SKIP_NEW_CONTACT"), Any
    )
    assert_type(await acton.audience.update_contact("l-unified-contacts:7a120", contact=PERSON), Any)
    assert_type(await acton.audience.upsert_by_email("a@example.com", contact=PERSON), Any)
    assert_type(await acton.audience.delete_contacts(ids=["l-unified-contacts:1", "l-unified-contacts:2"]), Any)
    assert_type(await acton.audience.activity_by_email("ada@example.com", months=3), Any)
    assert_type(await acton.audience.scores_by_email("ada@example.com"), Any)
    assert_type(await acton.audience.segments_by_email("ada@example.com"), Any)
    assert_type(await acton.audience.activity_by_external_id("LEAD", "00Q1", months=3), Any)
    assert_type(await acton.audience.scores_by_external_id("LEAD", "00Q1"), Any)
    assert_type(await acton.audience.segments_by_external_id("LEAD", "00Q1"), Any)
    assert_type(await acton.audience.activity("l-unified-contacts:7a120", months=3), Any)
    assert_type(await acton.audience.scores("l-unified-contacts:7a120"), Any)
    assert_type(await acton.audience.contact_segments("l-unified-contacts:7a120"), Any)


async def imports(acton: Session) -> None:
    """Routes of ``imports``."""
    assert_type(await acton.imports.definitions(account_id=ACCOUNT), list[ImportDefinition])
    assert_type(await acton.imports.definition("987654", account_id=ACCOUNT), ImportDefinition)
    assert_type(await acton.imports.redefine("987654", definition=DEFINITION, account_id=ACCOUNT), ImportDefinition)
    assert_type(await acton.imports.delete_definition("987654", account_id=ACCOUNT), Any)


async def schema(acton: Session) -> None:
    """Routes of ``schema``."""
    assert_type(
        await acton.schema.update_field(
            "22222",
            name="Lead Source",
            type="MULTI-TEXT",
            standard_field="LEAD_SOURCE",
            required=True,
            hidden=False,
            read_only=True,
            column_index=98,
            account_id=ACCOUNT,
        ),
        Written[SchemaField],
    )
    assert_type(await acton.schema.delete_field("22222", account_id=ACCOUNT), Written[Any])


async def segments(acton: Session) -> None:
    """Routes of ``segments``."""
    assert_type(await acton.segments.get("g-000b", account_id=ACCOUNT), Segment)
    assert_type(await acton.segments.update("g-000b", name="New name", account_id=ACCOUNT), Written[Segment])
    assert_type(await acton.segments.delete("g-000b", account_id=ACCOUNT), Written[Any])
    assert_type(
        acton.segments.contacts("g-000b", page=0, page_size=100, account_id=ACCOUNT), Pages[AudienceContact]
    )
    assert_type(
        await acton.segments.add_contacts("g-000b", contact_ids=["l-unified-contacts:1"], account_id=ACCOUNT), Any
    )
    assert_type(
        await acton.segments.remove_contacts("g-000b", contact_ids=["l-unified-contacts:1"], account_id=ACCOUNT),
        Any,
    )
    assert_type(await acton.segments.remove_email("g-000b", email="a+b@example.com", account_id=ACCOUNT), Any)
    assert_type(await acton.segments.add_external_contacts("g-000b", contacts=PICKED, account_id=ACCOUNT), Any)
    assert_type(await acton.segments.remove_external_contacts("g-000b", contacts=PICKED, account_id=ACCOUNT), Any)


async def custom_data(acton: Session) -> None:
    """Routes of ``custom_data``."""
    assert_type(await acton.custom_data.schema("o-1", account_id=ACCOUNT), Any)
    assert_type(await acton.custom_data.create_schema(schema={"name": "Order"}, account_id=ACCOUNT), Any)
    assert_type(
        await acton.custom_data.update_schema("o-1", schema=CustomSchema(description="New"), account_id=ACCOUNT),
        Any,
    )
    assert_type(await acton.custom_data.delete_schema("o-1", account_id=ACCOUNT), Any)
    assert_type(await acton.custom_data.delete_schemas(hard=False, delete_everything=True, account_id=ACCOUNT), Any)
    assert_type(await acton.custom_data.add_fields("o-1", fields=[{"name": "size"}], account_id=ACCOUNT), Any)
    assert_type(await acton.custom_data.update_fields("o-1", fields=[{"name": "size"}], account_id=ACCOUNT), Any)
    assert_type(await acton.custom_data.delete_fields("o-1", fields=["size", "a,b"], account_id=ACCOUNT), Any)
    assert_type(await acton.custom_data.datasets(account_id=ACCOUNT), Any)
    assert_type(await acton.custom_data.datasets_of("o-1", account_id=ACCOUNT), Any)
    assert_type(
        await acton.custom_data.create_dataset(
            "o-1", name="2026", description="A year", is_default=True, account_id=ACCOUNT
        ),
        Any,
    )
    assert_type(await acton.custom_data.dataset("o-1", "my data", account_id=ACCOUNT), Any)
    assert_type(
        await acton.custom_data.update_dataset(
            "o-1", "d-1", name="2027", description="Next", is_default=False, account_id=ACCOUNT
        ),
        Any,
    )
    assert_type(await acton.custom_data.delete_dataset("o-1", "d-1", account_id=ACCOUNT), Any)
    assert_type(await acton.custom_data.ingest_file("o-1", "d-1", file=b"", account_id=ACCOUNT), Job[IngestReport])
    assert_type(await acton.custom_data.validate_file("o-1", file=b"", file_type="json", account_id=ACCOUNT), Any)
    assert_type(await acton.custom_data.delete_rows("o-1", "d-1", ids=["1", "2"], account_id=ACCOUNT), Any)
    assert_type(await acton.custom_data.job_status("159", account_id=ACCOUNT), JobStatus[IngestReport])
    assert_type(acton.custom_data.query_internal("o-1", "d-1", select_fields=["co.*"]), Pages[Any])
    assert_type(await acton.custom_data.warm_query_cache(account_id=ACCOUNT), Any)
