"""Harmful arguments: an empty or wrong one that would delete too much, or do nothing, is refused before sending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from asyncsdk import Column, InvalidArgument, NewUser
from asyncsdk.models import ExternalContact
from tests.support.recording_caller import request_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SENT_BY = {"sender_email": "a@example.com", "sender_name": "A", "when": NOW}


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("account.delete_users", lambda it: it.delete_users(emails="a@example.com")),
        ("account.delete_users", lambda it: it.delete_users(emails=[])),
        ("account.delete_users", lambda it: it.delete_users(emails=["", "a@example.com"])),
        ("account.create_users", lambda it: it.create_users(users=["a@example.com"])),
        ("account.create_users", lambda it: it.create_users(users=[NewUser("Sales", "a", "A", "B", "12345")])),
        ("lists.delete_records", lambda it: it.delete_records("l-0001", record_ids=[""])),
        ("lists.download", lambda it: it.download("l-0001", fields=["A"], date_qualifiers=True)),
        ("lists.create", lambda it: it.create("Leads", file=b"", columns=5)),
        ("lists.create", lambda it: it.create("Leads", file=b"", columns=[Column("E", "E-MAIL")])),  # type: ignore[arg-type]
        (
            "lists.merge",
            lambda it: it.merge("l-0001", file=b"", columns=[Column("E", "EMAIL")], segment="no"),
        ),
        ("contacts.find", lambda it: it.find("l-0001")),
        ("messages.send", lambda it: it.send("d-0004", **SENT_BY)),
        ("messages.send", lambda it: it.send("d-0004", send_to_ids=[""], **SENT_BY)),
        ("segments.remove_contacts", lambda it: it.remove_contacts("g-1", contact_ids=[" "], account_id="1")),
        (
            "segments.remove_external_contacts",
            lambda it: it.remove_external_contacts("g-1", contacts=[ExternalContact()], account_id="1"),
        ),
        ("custom_data.delete_rows", lambda it: it.delete_rows("o", "d", ids=["", " "], account_id="1")),
        ("custom_data.delete_schemas", lambda it: it.delete_schemas(account_id="1")),
        ("audience.delete_contacts", lambda it: it.delete_contacts(ids=[], account_id="1")),
    ],
)
def test_nothing_is_sent_that_cannot_be_meant(name: str, make: Callable[[Any], Any]) -> None:
    """The refusal names what is wrong; no call is spent."""
    with pytest.raises(InvalidArgument):
        request_of(name, make)


@pytest.mark.parametrize(("bound", "seconds"), [("created_after", "45"), ("created_before", "46")])
def test_filters_leave_nothing_out(bound: str, seconds: str) -> None:
    """A time between two ticks is rounded so that the range holds it."""
    request = request_of("lists.opt_outs", lambda it: it.opt_outs(**{bound: datetime.fromtimestamp(45.6, UTC)}))
    assert list(request.query.values()) == [seconds]
