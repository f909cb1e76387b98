"""Sample calls of the routes of ``audience``: data, written by hand from the documentation."""

from __future__ import annotations

from datetime import UTC, datetime

from asyncsdk.models import AudienceContact
from tests.conformance.samples.call import Call

CONTACT = "/ucl/v2/12345/contact"
REPORT = "/ucl/v2/12345/contactReport"
SPAN = {
    "created_after": datetime(2026, 1, 1, tzinfo=UTC),
    "created_before": datetime(2026, 1, 2, tzinfo=UTC),
    "updated_after": datetime(2026, 1, 3, tzinfo=UTC),
    "updated_before": datetime(2026, 1, 4, 0, 0, 1, tzinfo=UTC),
}
SPAN_SECONDS = {
    "createdAfter": "1767225600",
    "createdBefore": "1767312000",
    "updatedAfter": "1767398400",
    "updatedBefore": "1767484801",
}
PERSON = AudienceContact(email="ada@example.com", first_name="Ada", custom_fields={"65": "Gold"})
DATA = {"email": "ada@example.com", "firstName": "Ada", "customFields": {"65": "Gold"}}
HERE = {"account_id": "12345"}

CONTACTS = [
    Call(
        "audience.contacts",
        lambda it: it.contacts(page=2, page_size=100, **SPAN, **HERE),
        f"{CONTACT}/",
        {"page": "2", "pageSize": "100", **SPAN_SECONDS},
    ),
    Call("audience.contacts", lambda it: it.contacts(**HERE), f"{CONTACT}/"),
    Call(
        "audience.contacts_by_fields",
        lambda it: it.contacts_by_fields(
            fields=["e-mail address", "first name"], page=2, page_size=100, **SPAN, **HERE
        ),
        f"{CONTACT}/byFields",
        {"page": "2", "pageSize": "100", **SPAN_SECONDS},
        json=["e-mail address", "first name"],
    ),
    Call(
        "audience.add_contact",
        lambda it: it.add_contact(contact=PERSON, method="EMAIL", **HERE),
        f"{CONTACT}/",
        {"createContactMethod": "EMAIL"},
        json=PERSON,
    ),
    Call(
        "audience.add_contact",
        lambda it: it.add_contact(
            contact={"externalId": "00Q1", "objectType": "LEAD"}, method="EXTERNAL_ID", **HERE
        ),
        f"{CONTACT}/",
        {"createContactMethod": "EXTERNAL_ID"},
        json={"externalId": "00Q1", "objectType": "LEAD"},
    ),
    Call(
        "audience.contact_by_cookie",
        lambda it: it.contact_by_cookie("c00/kie", **HERE),
        f"{CONTACT}/cookieId/c00%2Fkie",
    ),
    Call(
        "audience.contacts_by_email",
        lambda it: it.contacts_by_email("a+b@example.com", page=1, page_size=5, **HERE),
        f"{CONTACT}/email/a%2Bb%40example.com",
        {"page": "1", "pageSize": "5"},
    ),
    Call(
        "audience.upsert_by_email",
        lambda it: it.upsert_by_email("ada@example.com", contact=DATA, policy="ALL_CONTACTS", **HERE),
        f"{CONTACT}/email/ada%40example.com",
        {"upsertContactPolicy": "ALL_CONTACTS"},
        json=DATA,
    ),
    Call(
        "audience.upsert_by_email",
        lambda it: it.upsert_by_email("ada@example.com", contact=PERSON, **HERE),
        f"{CONTACT}/email/ada%40example.com",
        json=PERSON,
    ),
    Call(
        "audience.delete_by_email",
        lambda it: it.delete_by_email("ada@example.com", policy="OLDEST_CONTACT", **HERE),
        f"{CONTACT}/email/ada%40example.com",
        {"deleteContactPolicy": "OLDEST_CONTACT"},
    ),
    Call(
        "audience.delete_by_emails",
        lambda it: it.delete_by_emails(
            emails=["ada@example.com", "b@example.com"], policy="OLDEST_CONTACT", **HERE
        ),
        f"{CONTACT}/emails",
        {"deleteContactPolicy": "OLDEST_CONTACT"},
        json=["ada@example.com", "b@example.com"],
    ),
    Call(
        "audience.contact_by_external_id",
        lambda it: it.contact_by_external_id("LEAD", "00Q1", **HERE),
        f"{CONTACT}/externalId/LEAD/00Q1",
    ),
    Call(
        "audience.upsert_by_external_id",
        lambda it: it.upsert_by_external_id("LEAD", "00Q1", contact=PERSON, policy="SKIP_NEW_CONTACT", **HERE),
        f"{CONTACT}/externalId/LEAD/00Q1",
        {"upsertContactPolicy": "SKIP_NEW_CONTACT"},
        json=PERSON,
    ),
    Call(
        "audience.delete_by_external_id",
        lambda it: it.delete_by_external_id("LEAD", "00Q1", **HERE),
        f"{CONTACT}/externalId/LEAD/00Q1",
    ),
    Call(
        "audience.contact",
        lambda it: it.contact("l-unified-contacts:7a120", **HERE),
        f"{CONTACT}/id/l-unified-contacts:7a120",
    ),
    Call(
        "audience.update_contact",
        lambda it: it.update_contact("l-unified-contacts:7a120", contact=PERSON, **HERE),
        f"{CONTACT}/id/l-unified-contacts:7a120",
        json=PERSON,
    ),
    Call(
        "audience.delete_contacts",
        lambda it: it.delete_contacts(ids=["l-unified-contacts:1", "l-unified-contacts:2"], **HERE),
        f"{CONTACT}/ids",
        json=["l-unified-contacts:1", "l-unified-contacts:2"],
    ),
]

REPORTS = [
    Call(
        "audience.activity_by_email",
        lambda it: it.activity_by_email("ada@example.com", months=3, **HERE),
        f"{REPORT}/email/ada%40example.com/activity",
        {"monthsOfPastData": "3"},
    ),
    Call(
        "audience.scores_by_email",
        lambda it: it.scores_by_email("ada@example.com", **HERE),
        f"{REPORT}/email/ada%40example.com/scores",
    ),
    Call(
        "audience.segments_by_email",
        lambda it: it.segments_by_email("ada@example.com", **HERE),
        f"{REPORT}/email/ada%40example.com/segments",
    ),
    Call(
        "audience.activity_by_external_id",
        lambda it: it.activity_by_external_id("LEAD", "00Q1", months=3, **HERE),
        f"{REPORT}/externalId/LEAD/00Q1/activity",
        {"monthsOfPastData": "3"},
    ),
    Call(
        "audience.scores_by_external_id",
        lambda it: it.scores_by_external_id("LEAD", "00Q1", **HERE),
        f"{REPORT}/externalId/LEAD/00Q1/scores",
    ),
    Call(
        "audience.segments_by_external_id",
        lambda it: it.segments_by_external_id("LEAD", "00Q1", **HERE),
        f"{REPORT}/externalId/LEAD/00Q1/segments",
    ),
    Call(
        "audience.activity",
        lambda it: it.activity("l-unified-contacts:7a120", months=3, **HERE),
        f"{REPORT}/id/l-unified-contacts:7a120/activity",
        {"monthsOfPastData": "3"},
    ),
    Call(
        "audience.scores",
        lambda it: it.scores("l-unified-contacts:7a120", **HERE),
        f"{REPORT}/id/l-unified-contacts:7a120/scores",
    ),
    Call(
        "audience.contact_segments",
        lambda it: it.contact_segments("l-unified-contacts:7a120", **HERE),
        f"{REPORT}/id/l-unified-contacts:7a120/segments",
    ),
]

AUDIENCE = [*CONTACTS, *REPORTS]
