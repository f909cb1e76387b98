"""Sample calls of the routes of ``segments``: data, written by hand from the documentation."""

from __future__ import annotations

from asyncsdk.models import ExternalContact
from tests.conformance.samples.call import Call

SEGMENT = "/ucl/v2/12345/segment/g-000b"
QUERY = {"type": "profile", "expressionEvaluationType": "AND", "expressions": []}
IDS = ["l-unified-contacts:1", "l-unified-contacts:1f"]
PICKED = [ExternalContact("003A", "Contact"), ExternalContact("00QB", "Lead")]

SEGMENTS: list[Call] = [
    Call(
        "segments.all",
        lambda it: it.all(page=2, page_size=10, account_id="12345"),
        "/ucl/v2/12345/segment/",
        {"page": "2", "pageSize": "10"},
    ),
    Call(
        "segments.create",
        lambda it: it.create(name="DS Segment Name", type="DIRECT_SELECT", account_id="12345"),
        "/ucl/v2/12345/segment/",
        json={"name": "DS Segment Name", "parentId": "l-unified-contacts", "type": "DIRECT_SELECT"},
    ),
    Call(
        "segments.create",
        lambda it: it.create(name="Found", type="QUERY", parent_id="g-000b", criteria=QUERY, account_id="12345"),
        "/ucl/v2/12345/segment/",
        json={"name": "Found", "parentId": "g-000b", "type": "QUERY", "filter": QUERY},
    ),
    Call("segments.get", lambda it: it.get("g-000b", account_id="12345"), SEGMENT),
    Call(
        "segments.update",
        lambda it: it.update("g-000b", name="New name", account_id="12345"),
        SEGMENT,
        json={"name": "New name"},
    ),
    Call(
        "segments.update",
        lambda it: it.update(
            "g-000b",
            name="Found",
            parent_id="g-000a",
            type="SEARCH",
            criteria={"text": "x"},
            account_id="12345",
        ),
        SEGMENT,
        json={"name": "Found", "parentId": "g-000a", "type": "SEARCH", "filter": {"text": "x"}},
    ),
    Call("segments.delete", lambda it: it.delete("g-000b", account_id="12345"), SEGMENT),
    Call(
        "segments.contacts",
        lambda it: it.contacts("g-000b", page=0, page_size=100, account_id="12345"),
        f"{SEGMENT}/contacts",
        {"page": "0", "pageSize": "100"},
    ),
    Call(
        "segments.add_contacts",
        lambda it: it.add_contacts("g-000b", contact_ids=IDS, account_id="12345"),
        f"{SEGMENT}/contacts",
        json=["l-unified-contacts:1", "l-unified-contacts:1f"],
    ),
    Call(
        "segments.remove_contacts",
        lambda it: it.remove_contacts("g-000b", contact_ids=IDS, account_id="12345"),
        f"{SEGMENT}/contacts",
        json=["l-unified-contacts:1", "l-unified-contacts:1f"],
    ),
    Call(
        "segments.remove_email",
        lambda it: it.remove_email("g-000b", email="a+b@example.com", account_id="12345"),
        f"{SEGMENT}/email/contact",
        {"email": "a+b@example.com", "policy": "OLDEST_CONTACT"},
    ),
    Call(
        "segments.remove_email",
        lambda it: it.remove_email("g-000b", email="a@example.com", policy="NEWEST_CONTACT", account_id="12345"),
        f"{SEGMENT}/email/contact",
        {"email": "a@example.com", "policy": "NEWEST_CONTACT"},
    ),
    Call(
        "segments.add_external_contacts",
        lambda it: it.add_external_contacts("g-000b", contacts=PICKED, account_id="12345"),
        f"{SEGMENT}/externalId/contacts",
        json=PICKED,
    ),
    Call(
        "segments.remove_external_contacts",
        lambda it: it.remove_external_contacts("g-000b", contacts=PICKED, account_id="12345"),
        f"{SEGMENT}/externalId/contacts",
        json=PICKED,
    ),
]
