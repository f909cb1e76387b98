"""Sample calls of the routes of ``contacts``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import RECORD, Call

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
