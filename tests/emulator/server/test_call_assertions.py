"""Assertions on the request log: what they find, and what they say where it is not there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from asyncsdk import Column, Session, Upload
from asyncsdk.emulator import Emulator, Reply
from asyncsdk.emulator.server.call import Call
from asyncsdk.emulator.server.call_retention import CallRetention
from asyncsdk.emulator.validators import InvalidArgument
from tests.emulator.driver import Raw


async def _two_upserts(acton: Session, server: Emulator) -> str:
    leads = server.add_list("Leads", [("Email", "EMAIL"), ("City", None)])
    await acton.contacts.upsert(leads, email="ada@example.com", data={"City": "London"})
    await acton.contacts.upsert(leads, email="bob@example.com", data={"City": "Rome"})
    return leads


async def test_a_call_is_found_by_the_clients_arguments(acton: Session, acton_server: Emulator) -> None:
    """Those that are not named may be any; the call is given back."""
    leads = await _two_upserts(acton, acton_server)
    calls = acton_server.calls

    call = calls.assert_one("contacts.upsert", email="ada@example.com")
    assert call.arguments == {"list_id": leads, "email": "ada@example.com", "data": {"City": "London"}}
    calls.assert_one("contacts.upsert", list_id=leads, data={"City": "Rome"})
    assert len(calls.assert_count("contacts.upsert", 2)) == 2
    calls.assert_none("contacts.upsert", email="ADA@example.com")
    calls.assert_none("contacts.add")
    calls.assert_one("token", grant_type="password")


async def test_a_refused_call_that_was_repeated_counts_once(acton: Session, acton_server: Emulator) -> None:
    """Two calls came, one was carried out."""
    leads = acton_server.add_list("Leads", [("Email", "EMAIL")])
    acton_server.faults.add(Reply.throttled(retry_after=0), on="contacts.upsert")
    await acton.contacts.upsert(leads, email="ada@example.com", data={})

    assert len(acton_server.calls.of("contacts.upsert")) == 2
    acton_server.calls.assert_one("contacts.upsert", email="ada@example.com")


async def test_files_columns_and_times_are_compared(acton: Session, acton_server: Emulator) -> None:
    """A file by its bytes, its text or its name; a value that is written otherwise by what travels."""
    content = b"ada@example.com,London\n"
    columns = [Column("Email", "EMAIL"), Column("City")]
    job = await acton.lists.create("Leads", file=Upload(content, "leads.csv"), columns=columns, headings=False)
    assert job.id
    calls = acton_server.calls
    for file in (content, content.decode(), "leads.csv"):
        calls.assert_one("lists.create", name="Leads", file=file, columns=tuple(columns), headings=False)
    calls.assert_none("lists.create", file=content + b"\n")
    calls.assert_one("lists.create", folder=None)

    moment = datetime(2026, 1, 31, 9, 30, 0, 1234, UTC)
    leads = acton_server.add_list("Customers", ["Email"])
    [row async for row in acton.lists.download_rows(leads, modified_after=moment)]
    for route in ("lists.download_rows", "lists.download"):
        calls.assert_one(route, list_id=leads, modified_after=moment)
        assert len(calls.of(route)) == 1


async def test_the_error_tells_the_nearest_calls_and_what_differs(acton: Session, acton_server: Emulator) -> None:
    """The call that differs in less comes first."""
    leads = await _two_upserts(acton, acton_server)
    with pytest.raises(AssertionError) as caught:
        acton_server.calls.assert_one("contacts.upsert", email="bob@example.com", data={"City": "Oslo"})

    bob, ada = [call.number for call in acton_server.calls.of("contacts.upsert")][::-1]
    assert str(caught.value).splitlines() == [
        "Expected 1 call of contacts.upsert with email='bob@example.com', data={'City': 'Oslo'} carried out; "
        "there was none.",
        "Carried out with other arguments, the nearest first:",
        f"  #{bob} contacts.upsert(list_id='{leads}', email='bob@example.com', data={{'City': 'Rome'}})",
        "      data: expected {'City': 'Oslo'}, was {'City': 'Rome'}",
        f"  #{ada} contacts.upsert(list_id='{leads}', email='ada@example.com', data={{'City': 'London'}})",
        "      email: expected 'bob@example.com', was 'ada@example.com'",
        "      data: expected {'City': 'Oslo'}, was {'City': 'London'}",
    ]


async def test_the_error_tells_what_was_not_carried_out_and_why(server: Emulator, raw: Raw) -> None:
    """A scripted answer, the limits, a token that is not known, a list that is not there."""
    upsert = f"/api/1/list/{server.add_list('Leads', [('Email', 'EMAIL')])}/record?email=ada%40example.com"
    server.faults.add(Reply.unavailable())
    await raw.call("PUT", upsert, json={})
    server.settings.calls_per_second = 0
    await raw.call("PUT", upsert, json={})
    server.settings.calls_per_second = None
    await raw.call("PUT", upsert.replace("l-0001", "l-0007"), json={})
    raw.bearer = "wrong"
    await raw.call("PUT", upsert, json={})

    with pytest.raises(AssertionError) as caught:
        server.calls.assert_one("contacts.upsert", email="ada@example.com")
    said = str(caught.value)
    for reason in ("503: a scripted answer (Reply)", "429: it was over the limits", "400: {", "401: {"):
        assert f"      {reason}" in said, said
    assert "#1 contacts.upsert(list_id='l-0001', email='ada@example.com'" in said


async def test_the_error_tells_what_came_instead(acton: Session, acton_server: Emulator) -> None:
    """Where no call of the route came at all."""
    await acton.account.get()
    with pytest.raises(AssertionError, match=r"came at all. Calls that came: token \(1\), account.get \(1\)."):
        acton_server.calls.assert_count("contacts.upsert", 2)
    with pytest.raises(AssertionError, match=r"Expected no call carried out; there were 2.\nCarried out as desc"):
        acton_server.calls.assert_none("any")


@pytest.mark.parametrize(
    ("route", "arguments", "said"),
    [
        ("contacts.upsrt", {}, "Did you mean contacts.upsert"),
        ("contacts.upsert", {"emial": "x"}, "contacts.upsert sends no argument 'emial'. Did you mean email"),
        ("account.get", {"what": 1}, "There are: none"),
        ("any", {"email": "x"}, "belong to a route"),
        ("lists.download_rowz", {}, "Did you mean lists.download_rows"),
    ],
)
def test_a_mistyped_name_is_an_error(route: str, arguments: dict[str, object], said: str) -> None:
    """It names the nearest: otherwise assert_none would always hold."""
    with pytest.raises(InvalidArgument, match=said):
        Emulator().calls.assert_none(route, **arguments)


async def test_forgotten_arguments_are_never_taken_for_others(acton: Session, acton_server: Emulator) -> None:
    """An assertion fails where the log no longer knows."""
    await _two_upserts(acton, acton_server)
    acton_server.calls.of("contacts.upsert")[0].forget_arguments()
    with pytest.raises(AssertionError, match="no longer keeps the arguments of 1 of 2 calls"):
        acton_server.calls.assert_none("contacts.upsert", email="kay@example.com")
    acton_server.calls.assert_count("contacts.upsert", 2)


def test_arguments_are_kept_up_to_a_bound() -> None:
    """The oldest give way, by their size."""
    retention = CallRetention(bodies=1, argument_bytes=3_000)
    calls = [Call(0.0, "GET", "/", {}, {}, new_connection=False) for _ in range(3)]
    for call in calls:
        retention.keep_arguments(call, 500)
    assert [call.arguments is None for call in calls] == [True, False, False]
