"""A call of every row with sample values, and how it must travel: data, written by hand from the documentation."""

from __future__ import annotations

from asyncsdk import NewUser, Upload
from tests.conformance.samples.audience import AUDIENCE
from tests.conformance.samples.call import CSV, RECORD, Call
from tests.conformance.samples.campaigns import CAMPAIGNS
from tests.conformance.samples.custom_data import CUSTOM_DATA
from tests.conformance.samples.footers import FOOTERS
from tests.conformance.samples.forms import FORMS
from tests.conformance.samples.headers import HEADERS
from tests.conformance.samples.images import IMAGES
from tests.conformance.samples.imports import IMPORTS
from tests.conformance.samples.lists import LISTS
from tests.conformance.samples.logos import LOGOS
from tests.conformance.samples.media import MEDIA
from tests.conformance.samples.messages import MESSAGES
from tests.conformance.samples.pages import PAGES
from tests.conformance.samples.programs import PROGRAMS
from tests.conformance.samples.reports import REPORTS
from tests.conformance.samples.schema import SCHEMA
from tests.conformance.samples.segments import SEGMENTS
from tests.conformance.samples.seo import SEO
from tests.conformance.samples.transactional import TRANSACTIONAL

ADA = NewUser("Sales", "ada@example.com", "Ada", "Lovelace", "hunter2")

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

CALLS = [
    *ACCOUNT,
    *EVENTS,
    *LISTS,
    *CONTACTS,
    *SUBSCRIPTIONS,
    *LOGOS,
    *HEADERS,
    *FOOTERS,
    *IMAGES,
    *MEDIA,
    *FORMS,
    *PAGES,
    *PROGRAMS,
    *REPORTS,
    *MESSAGES,
    *CAMPAIGNS,
    *SEO,
    *TRANSACTIONAL,
    *AUDIENCE,
    *IMPORTS,
    *SCHEMA,
    *SEGMENTS,
    *CUSTOM_DATA,
]
"""At least one call of every row; where a row has options, one that gives them all."""
