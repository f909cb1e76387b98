"""Sample calls of the routes of ``events``: data, written by hand from the documentation."""

from __future__ import annotations

from asyncsdk import Upload
from tests.conformance.samples.call import CSV, Call

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
