"""Contacts of the whole account, through the library."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from asyncsdk import (
    Conflict,
    GatewayError,
    InvalidArgument,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    ReplyLost,
    ServerError,
)
from asyncsdk.emulator import Cut, Emulator, Reply
from asyncsdk.emulator.state.audience import AudienceRepository
from asyncsdk.models import AudienceContact
from tests.support.stage import outcome, stage
from tests.support.virtual_time import virtual_time


def people(server: Emulator) -> AudienceRepository:
    """The contacts of the emulator."""
    return server.platform.repository(AudienceRepository)


@virtual_time
async def test_a_contact_is_written_and_read_as_a_model() -> None:
    """What is sent comes back, under Python names; the account's number is found by itself."""
    async with stage() as (server, acton):
        sent = AudienceContact(
            email="ada@example.com",
            first_name="Ada",
            external_id="00Q1",
            object_type="LEAD",
            custom_fields={"65": "Gold"},
        )
        told = await acton.audience.add_contact(contact=sent, method="EMAIL")
        read = await acton.audience.contact(told["id"])
        assert (read.first_name, read.external_id, read.custom_fields, read.rest) == (
            "Ada",
            "00Q1",
            {"65": "Gold"},
            {},
        )
        assert read == await acton.audience.contact_by_external_id("LEAD", "00Q1", account_id="12345")
        server.add_cookie("c00kie", told["id"])
        assert read == await acton.audience.contact_by_cookie("c00kie")
        assert len(server.calls.of("account.get")) == 1
        await acton.audience.update_contact(told["id"], contact=AudienceContact(company="Engines"))
        await acton.audience.upsert_by_email("ada@example.com", contact={"title": "Countess"})
        await acton.audience.upsert_by_external_id("LEAD", "00Q1", contact={"lastName": "Lovelace"})
        person = people(server).all()[0]
        assert {**sent_body(sent), "company": "Engines", "title": "Countess", "lastName": "Lovelace"} == person.body
        written_back = await acton.audience.contact(told["id"])
        await acton.audience.update_contact(told["id"], contact=written_back)
        assert people(server).all()[0].body == person.body


def sent_body(contact: AudienceContact) -> dict[str, Any]:
    """The keys that were sent, by hand."""
    return {
        "email": contact.email,
        "firstName": contact.first_name,
        "externalId": contact.external_id,
        "objectType": contact.object_type,
        "customFields": dict(contact.custom_fields or {}),
    }


@virtual_time
async def test_contacts_are_walked_page_by_page() -> None:
    """All of them, some fields of all, and those of one address, however many pages that takes."""
    async with stage() as (server, acton):
        for number in range(120):
            people(server).add({"email": f"{number % 60}@example.com", "firstName": str(number)})
        assert [each.first_name async for each in acton.audience.contacts()] == [str(n) for n in range(120)]
        assert len(server.calls.of("audience.contacts")) == 3
        page = await acton.audience.contacts(page=1, page_size=10)
        assert [each.first_name for each in page] == [str(number) for number in range(10, 20)]
        fields = acton.audience.contacts_by_fields(fields=["first name"], page_size=40)
        assert [each async for each in fields] == [{"First Name": str(number)} for number in range(120)]
        alike = acton.audience.contacts_by_email("7@example.com", page_size=1)
        assert [each.first_name async for each in alike] == ["7", "67"]
        long_ago = acton.audience.contacts(created_before=datetime(2000, 1, 1, tzinfo=UTC))
        assert [each async for each in long_ago] == []


@virtual_time
async def test_contacts_are_deleted_and_reported_on() -> None:
    """Every way to delete, and every report, through the library."""
    async with stage() as (server, acton):
        for name in ("Ada", "Ida", "Bob", "Eve"):
            people(server).add({"email": "ada@example.com", "firstName": name})
        eve = people(server).change("l-unified-contacts:4", {"externalId": "1", "objectType": "LEAD"})
        audience = acton.audience
        for reports in (
            (audience.activity(eve.id, months=1), audience.scores(eve.id), audience.contact_segments(eve.id)),
            (
                audience.activity_by_email("ada@example.com"),
                audience.scores_by_email("ada@example.com"),
                audience.segments_by_email("ada@example.com"),
            ),
            (
                audience.activity_by_external_id("LEAD", "1"),
                audience.scores_by_external_id("LEAD", "1"),
                audience.segments_by_external_id("LEAD", "1"),
            ),
        ):
            activity, scores, segments = [await report for report in reports]
            assert (activity["activitylist"], segments) == ([], {"segments": []})
            assert scores["scores"][0] == {"name": "Act-On Primary Score", "score": ""}
        await audience.delete_by_email("ada@example.com")
        await audience.delete_by_emails(emails=["ada@example.com"], policy="OLDEST_CONTACT")
        assert await audience.delete_by_external_id("LEAD", "1") is True
        assert [person.body["firstName"] for person in people(server).all()] == ["Bob"]
        await audience.delete_contacts(ids=["l-unified-contacts:3"])
        assert people(server).all() == []


@virtual_time
async def test_refusals_reach_the_caller_as_errors() -> None:
    """Statuses without a word are told apart; a list of errors is the error's message."""
    async with stage() as (server, acton):
        people(server).add({"email": "ada@example.com"})
        with pytest.raises(NotFound):
            await acton.audience.contact("x")
        with pytest.raises(Conflict):
            await acton.audience.add_contact(contact={"email": "ada@example.com"}, method="EMAIL")
        with pytest.raises(InvalidRequest, match="Unknown field: hat"):
            await acton.audience.upsert_by_email("ada@example.com", contact={"hat": "7"})
        with pytest.raises(PermissionDenied):
            await acton.audience.contact("x", account_id="999")
        for status, kind in ((406, GatewayError), (415, GatewayError), (422, InvalidRequest), (500, ServerError)):
            server.faults.add(Reply(status, content_type="text/plain"), on="audience.add_contact")
            with pytest.raises(kind) as error:
                await acton.audience.add_contact(contact={"email": "bob@example.com"}, method="EMAIL")
            assert error.value.status == status


@virtual_time
@pytest.mark.parametrize("given", [[], (), "ada@example.com", [""], [" "], [7], None])
async def test_what_is_deleted_must_be_spelled_out(given: Any) -> None:
    """An array without members might mean everybody: it is refused before anything is sent."""
    async with stage() as (server, acton):
        with pytest.raises(InvalidArgument, match="emails"):
            await acton.audience.delete_by_emails(emails=given, account_id="12345")
        with pytest.raises(InvalidArgument, match="ids"):
            await acton.audience.delete_contacts(ids=given, account_id="12345")
        with pytest.raises(InvalidArgument, match="fields"):
            await acton.audience.contacts_by_fields(fields=given, account_id="12345")
        assert len(server.calls) == 0


@virtual_time
async def test_an_upsert_that_adds_is_not_repeated_and_others_are() -> None:
    """After an answer that does not come, only what may be done twice is done again."""
    async with stage() as (server, acton):
        cases: list[tuple[Any, int]] = [("ADD_NEW_CONTACT", 1), (None, 2), ("ALL_CONTACTS", 2)]
        for policy, calls in cases:
            server.calls.clear()
            server.faults.add(Cut("acted"), on="audience.upsert_by_email")
            call = acton.audience.upsert_by_email(
                "ada@example.com", contact={"firstName": "Ada"}, policy=policy, account_id="12345"
            )
            assert isinstance(await outcome(call), ReplyLost) == (calls == 1)
            assert len(server.calls.of("audience.upsert_by_email")) == calls


def test_a_contact_does_not_show_who_it_is() -> None:
    """Addresses stay out of logs wherever in the contact they are."""
    contact = AudienceContact(
        email="ada@example.com",
        first_name="ada@example.com",
        custom_fields={"65": "ada@example.com"},
        rest={"x": "ada@example.com"},
    )
    assert "ada@" not in repr(contact)


@virtual_time
async def test_a_contact_is_a_model_or_a_mapping() -> None:
    """Anything else, and a word that is no choice, is refused before anything is sent."""
    async with stage() as (server, acton):
        odd: Any = ["ada@example.com"]
        with pytest.raises(InvalidArgument, match="contact must be AudienceContact or a mapping, not list"):
            await acton.audience.update_contact("x", contact=odd, account_id="12345")
        word: Any = "PHONE"
        with pytest.raises(InvalidArgument, match="EMAIL, EXTERNAL_ID"):
            await acton.audience.add_contact(contact={}, method=word, account_id="12345")
        assert len(server.calls) == 0
