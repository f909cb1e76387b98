"""Sample calls of the routes of ``imports``: data, written by hand from the documentation."""

from __future__ import annotations

from asyncsdk import Upload
from asyncsdk.models import ImportDefinition, ImportMapping
from tests.conformance.samples.call import CSV, Call

DEFINITIONS = "/ucl/v2/12345/import/definition"
BY_EMAIL = ImportDefinition("Leads", [ImportMapping("Email", "E-mail Address")])
BY_EXTERNAL_ID = ImportDefinition(
    "Definition Name",
    (
        ImportMapping("unique_contact_id", "ExternalId", overwrite=True),
        ImportMapping("Born", "Birthday", date_format="yyyy-MM-dd"),
    ),
    merge_strategy="EXTERNAL_ID",
    object_type="Record Type",
    delimiter="SEMI_COLON",
    quote="SIMPLE_QUOTE",
    segment_ids=["g-000b"],
    id="987654",
)

IMPORTS: list[Call] = [
    Call("imports.definitions", lambda it: it.definitions(account_id="12345"), DEFINITIONS),
    Call(
        "imports.define",
        lambda it: it.define(definition=BY_EMAIL, account_id="12345"),
        DEFINITIONS,
        json=ImportDefinition("Leads", [ImportMapping("Email", "E-mail Address")], account_id="12345"),
    ),
    Call(
        "imports.define",
        lambda it: it.define(definition=BY_EXTERNAL_ID, account_id="12345"),
        DEFINITIONS,
        json=ImportDefinition(
            "Definition Name",
            BY_EXTERNAL_ID.mappings,
            merge_strategy="EXTERNAL_ID",
            object_type="Record Type",
            delimiter="SEMI_COLON",
            quote="SIMPLE_QUOTE",
            segment_ids=["g-000b"],
            account_id="12345",
        ),
    ),
    Call(
        "imports.definition",
        lambda it: it.definition("987654", account_id="12345"),
        f"{DEFINITIONS}/987654",
    ),
    Call(
        "imports.redefine",
        lambda it: it.redefine("987654", definition=BY_EMAIL, account_id="12345"),
        f"{DEFINITIONS}/987654",
        json=ImportDefinition("Leads", [ImportMapping("Email", "E-mail Address")], account_id="12345"),
    ),
    Call(
        "imports.delete_definition",
        lambda it: it.delete_definition("987654", account_id="12345"),
        f"{DEFINITIONS}/987654",
    ),
    Call(
        "imports.start",
        lambda it: it.start("987654", file=CSV, account_id="12345"),
        "/ucl/v2/12345/import/contacts/987654",
        multipart={"file": Upload(CSV)},
    ),
    Call(
        "imports.start",
        lambda it: it.start("987654", file=Upload(CSV, "leads.csv"), cleanup=True, account_id="12345"),
        "/ucl/v2/12345/import/contacts/987654",
        {"cleanupImportDefinition": "true"},
        multipart={"file": Upload(CSV, "leads.csv")},
    ),
    Call(
        "imports.status",
        lambda it: it.status("1longstringhere", account_id="12345"),
        "/ucl/v2/12345/import/status/1longstringhere",
    ),
]
