"""A call of every row with sample values, and how it must travel: data, written by hand from the documentation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from attrs import field, frozen

from asyncsdk import Column, NewUser, Upload, UploadReport

CSV = b"Email,First Name\nada@example.com,Ada\n"
COLUMNS = [Column("Email", "EMAIL"), Column("Name", "FIRSTNAME"), Column("Note", ignore=True)]
SPECS = [
    {"columnHeading": "Email", "columnIndex": "0", "ignoreColumn": "N", "columnType": "EMAIL"},
    {"columnHeading": "Name", "columnIndex": "1", "ignoreColumn": "N", "columnType": "FIRSTNAME"},
    {"columnHeading": "Note", "columnIndex": "2", "ignoreColumn": "Y"},
]
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
ADA = NewUser("Sales", "ada@example.com", "Ada", "Lovelace", "hunter2")


@frozen
class Call:
    """One call, and what it must become."""

    name: str
    make: Callable[[Any], Any] = field(repr=False)
    path: str
    query: dict[str, Any] = field(factory=dict)
    form: dict[str, Any] | None = None
    json: Any = None
    multipart: dict[str, Any] | None = None


def merged(mode: str, **specs: Any) -> list[dict[str, Any]]:
    """The field ``mergespecs``, read back from its JSON."""
    return [{"mergeMode": mode, "dstListId": "l-0001", "columnMap": [], **specs}]


PLAIN_UPLOAD = {
    "uploadspecs": SPECS,
    "headings": "Y",
    "fieldseparator": "COMMA",
    "quotecharacter": "DOUBLE_QUOTE",
    "file": Upload(CSV),
}
SINCE = {"createdafter": "1767225600000", "createdbefore": "1767225600000"}
RECORD = "/api/1/list/l-0001/record"

ACCOUNT = [
    Call("account.get", lambda it: it.get(), "/api/1/account"),
    Call("account.create_users", lambda it: it.create_users(users=[ADA]), "/api/1/user", json=[ADA]),
    Call(
        "account.delete_users",
        lambda it: it.delete_users(emails=["ada@example.com", "b+c@example.com"]),
        "/api/1/user/delete",
        json=[{"email": "ada@example.com"}, {"email": "b+c@example.com"}],
    ),
    Call(
        "account.delete_user", lambda it: it.delete_user("a+b/c@example.com"), "/api/1/user/a%2Bb%2Fc%40example.com"
    ),
    Call("account.senders", lambda it: it.senders(), "/api/1/account/senders"),
]

EVENTS = [
    Call(
        "events.upload",
        lambda it: it.upload(
            file=CSV,
            destination="Fair",
            action="CUSTOM_ATTENDED",
            email_column=0,
            date_column=2,
            title_column=1,
            date_format="yyyy-MM-dd",
        ),
        "/api/1/customevents",
        multipart={
            "file": Upload(CSV),
            "destination": "Fair",
            "customeventaction": "CUSTOM_ATTENDED",
            "emailcolidx": "0",
            "datecolidx": "2",
            "titlecolidx": "1",
            "dateformat": "yyyy-MM-dd",
            "firstrow": "Y",
            "fieldseparator": "COMMA",
            "quotecharacter": "DOUBLE_QUOTE",
        },
    ),
    Call(
        "events.upload",
        lambda it: it.upload(
            file=CSV,
            destination="Fair",
            action="CUSTOM_GENERAL1",
            email_column=3,
            date_column=0,
            title_column=1,
            date_format="EEE, dd MMM yyyy",
            note_column=2,
            title_count=9,
            headings=False,
            separator="SEMICOLON",
            quote="NONE",
            filename="fair.csv",
        ),
        "/api/1/customevents",
        multipart={
            "file": Upload(CSV),
            "destination": "Fair",
            "customeventaction": "CUSTOM_GENERAL1",
            "emailcolidx": "3",
            "datecolidx": "0",
            "titlecolidx": "1",
            "dateformat": "EEE, dd MMM yyyy",
            "notecolidx": "2",
            "titlecount": "9",
            "firstrow": "N",
            "fieldseparator": "SEMICOLON",
            "quotecharacter": "NONE",
            "filename": "fair.csv",
        },
    ),
    Call(
        "events.record",
        lambda it: it.record(
            destination="Fair",
            action="CUSTOM_GENERAL",
            email="a+b@example.com",
            when="01/02/2026",
            title="Stand 7",
            date_format="MM/dd/yyyy",
            note="a;b",
            create_destination=True,
        ),
        "/api/1/customevents/fact",
        form={
            "destination": "Fair",
            "customeventaction": "CUSTOM_GENERAL",
            "email": "a+b@example.com",
            "when": "01/02/2026",
            "title": "Stand 7",
            "dateformat": "MM/dd/yyyy",
            "note": "a;b",
            "createlistingentry": "true",
        },
    ),
    Call("events.status", lambda it: it.status("15959711"), "/api/1/customevents/15959711/status"),
]

LISTS = [
    Call("lists.all", lambda it: it.all(), "/api/1/list"),
    Call(
        "lists.all",
        lambda it: it.all(listing_type="sent_message", count=10, offset=20),
        "/api/1/list",
        {"listingtype": "sent_message", "count": "10", "offset": "20"},
    ),
    Call("lists.download", lambda it: it.download("l-0001"), "/api/1/list/l-0001"),
    Call(
        "lists.download",
        lambda it: it.download(
            "l-0001",
            count=1000,
            offset=0,
            fields=["Email", "First, Name"],
            modified_after=NEW_YEAR,
            modified_before=NEW_YEAR,
            created_after=NEW_YEAR,
            created_before=NEW_YEAR,
            date_qualifiers=False,
        ),
        "/api/1/list/l-0001",
        {
            "count": "1000",
            "offset": "0",
            "fields": "Email;First, Name",
            "modafter": "1767225600000",
            "modbefore": "1767225600000",
            "datequalifiers": "false",
            **SINCE,
        },
    ),
    Call(
        "lists.create",
        lambda it: it.create("Leads", file=CSV, columns=COLUMNS),
        "/api/1/list",
        multipart={"listname": "Leads", **PLAIN_UPLOAD},
    ),
    Call(
        "lists.create",
        lambda it: it.create(
            name="Leads",
            file=CSV,
            columns=COLUMNS,
            folder="2026",
            headings=False,
            separator="TAB",
            quote="SINGLE_QUOTE",
        ),
        "/api/1/list",
        multipart={
            **PLAIN_UPLOAD,
            "listname": "Leads",
            "foldername": "2026",
            "headings": "N",
            "fieldseparator": "TAB",
            "quotecharacter": "SINGLE_QUOTE",
        },
    ),
    Call(
        "lists.create_empty",
        lambda it: it.create_empty("Leads", columns=COLUMNS, folder="2026"),
        "/api/1/list",
        multipart={
            "listname": "Leads",
            "foldername": "2026",
            "uploadspecs": SPECS,
            "quotecharacter": "DOUBLE_QUOTE",
        },
    ),
    Call(
        "lists.merge",
        lambda it: it.merge("l-0001", file=CSV, columns=COLUMNS),
        "/api/1/list/l-0001",
        multipart={**PLAIN_UPLOAD, "putEmptyValues": "N", "mergespecs": merged("UPSERT")},
    ),
    Call(
        "lists.merge",
        lambda it: it.merge(
            "l-0001",
            file=CSV,
            columns=COLUMNS,
            mode="REPLACE",
            key="Name",
            put_empty_values=True,
            segment=True,
            headings=False,
            separator="SEMI",
            quote="NONE",
            replace_everything=True,
        ),
        "/api/1/list/l-0001",
        multipart={
            **PLAIN_UPLOAD,
            "putEmptyValues": "Y",
            "headings": "N",
            "fieldseparator": "SEMI",
            "quotecharacter": "NONE",
            "mergespecs": merged("REPLACE", mergeKeyHeading="Name", createSegment="1"),
        },
    ),
    Call("lists.upload_status", lambda it: it.upload_status("159"), "/api/1/list/159/status"),
    Call(
        "lists.rejected_records",
        lambda it: it.rejected_records("rejects 1.csv"),
        "/api/1/list/rejectedUploadRecords",
        {"filename": "rejects 1.csv"},
    ),
    Call(
        "lists.rejected_records",
        lambda it: it.rejected_records(UploadReport(rejects_file="r.csv")),
        "/api/1/list/rejectedUploadRecords",
        {"filename": "r.csv"},
    ),
    Call("lists.delete", lambda it: it.delete("l-0001"), "/api/1/list/l-0001"),
    Call(
        "lists.delete_records",
        lambda it: it.delete_records("l-0001", record_ids=["l-0001:a", "l-0001:1f"]),
        RECORD,
        {"contactids": "l-0001:a,l-0001:1f"},
    ),
    *(
        Call(
            f"lists.{name}",
            lambda it, name=name: getattr(it, name)(  # type: ignore[misc]
                count=5, offset=10, created_after=NEW_YEAR, created_before=NEW_YEAR
            ),
            f"/api/1/list/{wire}",
            {"count": "5", "offset": "10", **SINCE},
        )
        for name, wire in [
            ("hard_bounces", "hardbounce"),
            ("spam_complaints", "spamcomplaint"),
            ("opt_outs", "optout"),
        ]
    ),
    Call(
        "lists.add_opt_outs",
        lambda it: it.add_opt_outs(file=b"a@example.com\n"),
        "/api/1/list/optout",
        multipart={"file": Upload(b"a@example.com\n")},
    ),
    Call(
        "lists.remove_opt_outs",
        lambda it: it.remove_opt_outs(file=b"a@example.com\n"),
        "/api/1/list/optin",
        multipart={"file": Upload(b"a@example.com\n")},
    ),
]

DATA = {"First Name": "Ada", "E-mail": "ada@example.com"}

CONTACTS = [
    Call("contacts.add", lambda it: it.add("l-0001", data=DATA), RECORD, json=DATA),
    Call(
        "contacts.add",
        lambda it: it.add("l-0001", data=DATA, return_contact=True),
        RECORD,
        {"returncontact": "Y"},
        json=DATA,
    ),
    Call("contacts.get", lambda it: it.get("l-0001", "l-0001:a"), f"{RECORD}/l-0001:a"),
    Call(
        "contacts.upsert",
        lambda it: it.upsert("l-0001", email="a+b@example.com", data=DATA),
        RECORD,
        {"email": "a+b@example.com"},
        json=DATA,
    ),
    Call(
        "contacts.upsert",
        lambda it: it.upsert("l/1", email="a", data={}),
        "/api/1/list/l%2F1/record",
        {"email": "a"},
        json={},
    ),
    Call(
        "contacts.submit_upsert",
        lambda it: it.submit_upsert("l-0001", email="a+b@example.com", data=DATA),
        RECORD,
        {"async": "Y", "email": "a+b@example.com"},
        json=DATA,
    ),
    Call(
        "contacts.update",
        lambda it: it.update("l-0001", "l-0001:a", data=DATA, return_contact=False),
        f"{RECORD}/l-0001:a",
        {"returncontact": "N"},
        json=DATA,
    ),
    Call("contacts.delete", lambda it: it.delete("l-0001", "l-0001:a"), f"{RECORD}/l-0001:a"),
    Call("contacts.lookup_cookie", lambda it: it.lookup_cookie(cookie="c"), "/api/1/list/lookup", {"cookie": "c"}),
    Call(
        "contacts.find",
        lambda it: it.find("l-0001", email="a@example.com", cookie_id="c"),
        "/api/1/list/lookup/l-0001",
        {"email": "a@example.com", "cookieid": "c"},
    ),
    Call("contacts.facts", lambda it: it.facts("l-0001", record_id="l-0001:a"), f"{RECORD}/l-0001:a/facts"),
]

SUBSCRIPTIONS = [
    Call(
        "subscriptions.opt_outs",
        lambda it: it.opt_outs("News & more", count=1, offset=2),
        "/api/1/subscription/optout",
        {"category": "News & more", "count": "1", "offset": "2"},
    ),
    Call("subscriptions.categories", lambda it: it.categories(), "/api/1/subscription/category"),
    Call(
        "subscriptions.opt_ins",
        lambda it: it.opt_ins("a@example.com"),
        "/api/1/subscription/category",
        {"email": "a@example.com"},
    ),
    Call(
        "subscriptions.set",
        lambda it: it.set(email="a@example.com", category="News", action="optout"),
        "/api/1/subscription/optout",
        form={"email": "a@example.com", "category": "News", "action": "optout"},
    ),
    Call(
        "subscriptions.set_all",
        lambda it: it.set_all(email="a@example.com", categories=["News", "Offers"]),
        "/api/1/subscription/setcategories",
        form={"email": "a@example.com", "category": ["News", "Offers"]},
    ),
    Call(
        "subscriptions.set_all",
        lambda it: it.set_all(email="a@example.com", categories=[]),
        "/api/1/subscription/setcategories",
        form={"email": "a@example.com", "category": []},
    ),
]

CALLS = [*ACCOUNT, *EVENTS, *LISTS, *CONTACTS, *SUBSCRIPTIONS]
"""At least one call of every row; where a row has options, one that gives them all."""
