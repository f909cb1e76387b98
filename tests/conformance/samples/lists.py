"""Sample calls of the routes of ``lists``: data, written by hand from the documentation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from asyncsdk import Upload, UploadReport
from tests.conformance.samples.call import COLUMNS, CSV, RECORD, Call

SPECS = [
    {"columnHeading": "Email", "columnIndex": "0", "ignoreColumn": "N", "columnType": "EMAIL"},
    {"columnHeading": "Name", "columnIndex": "1", "ignoreColumn": "N", "columnType": "FIRSTNAME"},
    {"columnHeading": "Note", "columnIndex": "2", "ignoreColumn": "Y"},
]
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


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
SINCE_SECONDS = {"createdafter": "1767225600", "createdbefore": "1767225600"}

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
            {"count": "5", "offset": "10", **SINCE_SECONDS},
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
