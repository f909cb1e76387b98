"""Segments of the audience, and who is in them."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk import Conflict, InvalidArgument, InvalidRequest, NotFound, PermissionDenied
from asyncsdk.emulator import Emulator, Reply
from asyncsdk.emulator.state.audience import AudienceRepository
from asyncsdk.emulator.state.segments import SegmentRepository
from asyncsdk.models import ExternalContact, Segment, Written
from tests.emulator.driver import Raw
from tests.support.recording_caller import request_of
from tests.support.stage import outcome, stage
from tests.support.virtual_time import virtual_time

SEGMENTS = "/ucl/v2/12345/segment/"
FIRST = f"{SEGMENTS}g-0001"
PICKED = {"name": "DS Segment Name", "parentId": "l-unified-contacts", "type": "DIRECT_SELECT"}
QUERY = {"type": "profile", "expressionEvaluationType": "AND", "expressions": []}
ADA = ExternalContact("7", "Lead")
BOB = ExternalContact("8", "Lead")


def add_people(server: Emulator) -> list[str]:
    """The ids of three contacts, two of them with one address."""
    audience = server.platform.repository(AudienceRepository)
    return [
        audience.add({"email": "ada@example.com", "externalId": "7", "objectType": "Lead"}).id,
        audience.add({"email": "bob@example.com", "externalId": "8", "objectType": "Lead"}).id,
        audience.add({"email": "ada@example.com"}).id,
    ]


async def segment(raw: Raw, **changed: Any) -> None:
    """Make a segment."""
    assert (await raw.call("POST", SEGMENTS, json={**PICKED, **changed})).status == 200


async def members(raw: Raw) -> list[str]:
    """The ids of the first segment's contacts."""
    return [each["id"] for each in (await raw.get(f"{FIRST}/contacts")).json["data"]]


@virtual_time
async def test_a_segment_is_created_read_changed_and_deleted() -> None:
    """What is created can be listed and read, has another name after an update, and is gone after its deletion."""
    async with stage() as (_, acton):
        created = await acton.segments.create(name="Fair", type="DIRECT_SELECT")
        fair = Segment("g-0001", "Fair", "DIRECT_SELECT", "l-unified-contacts")
        assert created.source == fair
        assert created.status_code == 200
        assert await acton.segments.get("g-0001") == fair
        changed = await acton.segments.update("g-0001", name="Fair 2026")
        assert changed.source == Segment("g-0001", "Fair 2026", "DIRECT_SELECT", "l-unified-contacts")
        assert [each async for each in acton.segments.all()] == [changed.source]
        assert (await acton.segments.delete("g-0001")).error_message is None
        assert [each async for each in acton.segments.all()] == []
        assert isinstance(await outcome(acton.segments.get("g-0001")), NotFound)


@virtual_time
async def test_a_query_is_kept_as_it_is() -> None:
    """Its grammar is not published, so it goes to the server and comes back untouched; it may be replaced."""
    async with stage() as (_, acton):
        await acton.segments.create(name="Part", type="DIRECT_SELECT")
        await acton.segments.create(name="Found", type="QUERY", criteria=QUERY)
        assert (await acton.segments.get("g-0002")).criteria == QUERY
        changed = await acton.segments.update("g-0002", parent_id="g-0001", type="SEARCH", criteria={"text": "x"})
        assert changed.source == Segment("g-0002", "Found", "SEARCH", "g-0001", {"text": "x"})


@virtual_time
async def test_a_segment_is_read_with_and_without_an_envelope() -> None:
    """Which of the two comes is not published; what nobody knows is kept."""
    async with stage() as (server, acton):
        body = {"id": "g-0001", "name": "Fair", "size": 7}
        for reply in (body, {"source": body, "isSuccess": True}):
            server.faults.add(Reply(200, reply), on="segments.get")
            found = await acton.segments.get("g-0001")
            assert (found.id, found.name, found.rest) == ("g-0001", "Fair", {"size": 7})


@virtual_time
async def test_segments_come_in_pages() -> None:
    """A walk goes through all pages; one page can be had by itself."""
    async with stage() as (server, acton):
        for number in range(5):
            server.platform.repository(SegmentRepository).add(
                f"Part {number}", "DIRECT_SELECT", "l-unified-contacts", None
            )
        page = await acton.segments.all(page=1, page_size=2)
        assert [each.name for each in page] == ["Part 2", "Part 3"]
        assert page.total_count == 5
        assert [each.name async for each in acton.segments.all(page_size=2)] == [f"Part {n}" for n in range(5)]


@virtual_time
async def test_contacts_are_picked_and_dropped() -> None:
    """By their own ids and by those of another system; picking twice is as good as picking once."""
    async with stage() as (server, acton):
        ada, bob, twin = add_people(server)
        await acton.segments.create(name="Fair", type="DIRECT_SELECT")

        async def inside() -> list[str | None]:
            return [each.id async for each in acton.segments.contacts("g-0001")]

        await acton.segments.add_contacts("g-0001", contact_ids=[twin, ada])
        await acton.segments.add_contacts("g-0001", contact_ids=(ada,))
        assert await inside() == [ada, twin]
        await acton.segments.remove_contacts("g-0001", contact_ids=[ada])
        assert await inside() == [twin]
        await acton.segments.add_external_contacts("g-0001", contacts=[ADA, BOB])
        assert await inside() == [ada, bob, twin]
        await acton.segments.remove_external_contacts("g-0001", contacts=[BOB])
        assert await inside() == [ada, twin]
        await acton.segments.remove_email("g-0001", email="ada@example.com", policy="NEWEST_CONTACT")
        assert await inside() == [ada]
        assert isinstance(await outcome(acton.segments.remove_email("g-0001", email="bob@example.com")), NotFound)
        page = await acton.segments.contacts("g-0001", page=0, page_size=1)
        assert [contact.email for contact in page] == ["ada@example.com"]
        assert len(server.platform.repository(AudienceRepository).all()) == 3


@virtual_time
async def test_a_contact_that_is_gone_is_in_no_segment() -> None:
    """A segment does not list contacts that were deleted."""
    async with stage() as (server, acton):
        ada, bob, _ = add_people(server)
        await acton.segments.create(name="Fair", type="DIRECT_SELECT")
        await acton.segments.add_contacts("g-0001", contact_ids=[ada, bob])
        book = server.platform.repository(SegmentRepository)
        assert [each["name"] for each in book.of(ada)] == ["Fair"]
        server.platform.repository(AudienceRepository).remove(ada)
        book.forget(ada)
        assert book.of(ada) == []
        assert [each.id async for each in acton.segments.contacts("g-0001")] == [bob]


@pytest.mark.parametrize(
    ("route", "name"),
    [
        ("add_contacts", "contact_ids"),
        ("remove_contacts", "contact_ids"),
        ("add_external_contacts", "contacts"),
        ("remove_external_contacts", "contacts"),
    ],
)
@pytest.mark.parametrize("given", [[], (), "l-unified-contacts:1", [""], [7], None, {"a": 1}])
def test_nobody_and_everybody_cannot_be_confused(route: str, name: str, given: Any) -> None:
    """An array that names nobody, a bare text and members of another kind are refused before they are sent."""
    with pytest.raises(InvalidArgument, match=name):
        request_of(
            f"segments.{route}", lambda it: getattr(it, route)("g-0001", **{name: given}, account_id="12345")
        )


@pytest.mark.parametrize("route", ["create", "update", "delete"])
@virtual_time
async def test_a_failure_with_status_200_is_an_error(route: str) -> None:
    """A write that says ``isSuccess: false`` in a success raises what it says, by the status that it names."""
    calls = {
        "create": lambda it: it.create(name="Fair", type="DIRECT_SELECT"),
        "update": lambda it: it.update("g-0001", name="Fair"),
        "delete": lambda it: it.delete("g-0001"),
    }
    async with stage() as (server, acton):
        body = {"source": None, "errorMessage": "Taken", "statusCode": 409, "objectId": None, "isSuccess": False}
        server.faults.add(Reply(200, body), on=f"segments.{route}")
        error = await outcome(calls[route](acton.segments))
        assert isinstance(error, Conflict)
        assert "Taken" in str(error)


@virtual_time
async def test_a_deletion_may_be_answered_with_little() -> None:
    """Its answer is not published: ``true`` means that it was done, and memberships may get no answer at all."""
    async with stage() as (server, acton):
        server.faults.add(Reply(200, True), on="segments.delete")
        assert await acton.segments.delete("g-0001") == Written()
        server.faults.add(Reply(200, b""), on="segments.remove_contacts")
        assert await acton.segments.remove_contacts("g-0001", contact_ids=["l-unified-contacts:1"]) is None


@virtual_time
async def test_refusals_have_their_classes() -> None:
    """Statuses without a word become the errors that they mean."""
    async with stage() as (_, acton):
        await acton.segments.create(name="Fair", type="DIRECT_SELECT")
        await acton.segments.create(name="Found", type="QUERY")
        again = await outcome(acton.segments.create(name="Fair", type="QUERY"))
        assert isinstance(again, Conflict)
        other = await outcome(acton.segments.update("g-0001", criteria=QUERY))
        assert isinstance(other, PermissionDenied)
        picked = await outcome(acton.segments.add_contacts("g-0002", contact_ids=["l-unified-contacts:1"]))
        assert isinstance(picked, PermissionDenied)
        nobody = await outcome(acton.segments.add_contacts("g-0001", contact_ids=["l-unified-contacts:1"]))
        assert isinstance(nobody, InvalidRequest)


async def test_what_segments_look_like(raw: Raw) -> None:
    """The answer to a creation has the documented shape to the letter; a segment is told alike elsewhere."""
    answer = await raw.call("POST", SEGMENTS, json=PICKED)
    told = {
        "id": "g-0001",
        "name": "DS Segment Name",
        "type": "DIRECT_SELECT",
        "parentId": "l-unified-contacts",
        "filter": None,
    }
    assert answer.told == (
        200,
        {"source": told, "errorMessage": None, "statusCode": 200, "objectId": None, "isSuccess": True},
    )
    assert (await raw.get(FIRST)).told == (200, told)
    assert (await raw.get(SEGMENTS)).json["data"] == [told]
    answer = await raw.call("PUT", FIRST, json={**told, "name": "New"})
    assert answer.json["source"] == {**told, "name": "New"}


@pytest.mark.parametrize(
    "changed",
    [
        {"name": None},
        {"name": 7},
        {"parentId": None},
        {"parentId": ""},
        {"parentId": "g-ffff"},
        {"type": None},
        {"type": "STATIC"},
        {"filter": "x"},
    ],
)
async def test_segments_that_make_no_sense(raw: Raw, changed: dict[str, Any]) -> None:
    """They are refused with 400 and a list of errors."""
    answer = await raw.call("POST", SEGMENTS, json={**PICKED, **changed})
    assert (answer.status, list(answer.json)) == (400, ["errors"])


async def test_a_name_is_taken_once(raw: Raw) -> None:
    """A second segment of one name is a conflict, new or renamed, without a word."""
    await segment(raw)
    again = await raw.call("POST", SEGMENTS, json=PICKED)
    assert (again.status, again.body) == (409, b"")
    await segment(raw, name="Other")
    assert (await raw.call("PUT", f"{SEGMENTS}g-0002", json={"name": "DS Segment Name"})).status == 409
    assert (await raw.call("PUT", f"{SEGMENTS}g-0002", json={"name": "Other"})).status == 200


@pytest.mark.parametrize("changed", [{"type": "QUERY"}, {"parentId": "g-0002"}, {"filter": {}}])
async def test_of_a_direct_select_only_the_name_changes(raw: Raw, changed: dict[str, Any]) -> None:
    """Anything else is 403 without a word, and nothing changes."""
    await segment(raw)
    await segment(raw, name="Other")
    before = (await raw.get(FIRST)).json
    answer = await raw.call("PUT", FIRST, json={"name": "New", **changed})
    assert (answer.status, answer.body) == (403, b"")
    assert (await raw.get(FIRST)).json == before


async def test_a_segment_with_parts_is_not_deleted(raw: Raw) -> None:
    """403 without a word, until the part is gone."""
    await segment(raw)
    await segment(raw, name="Part", parentId="g-0001")
    answer = await raw.call("DELETE", FIRST)
    assert (answer.status, answer.body) == (403, b"")
    assert (await raw.call("DELETE", f"{SEGMENTS}g-0002")).status == 200
    assert (await raw.call("DELETE", FIRST)).json["isSuccess"] is True


async def test_unknown_segments(raw: Raw) -> None:
    """404 without a word where that is documented, 400 for the memberships."""
    email = f"{FIRST}/email/contact?email=a@example.com&policy=OLDEST_CONTACT"
    for method, path in (("GET", FIRST), ("DELETE", FIRST), ("GET", f"{FIRST}/contacts"), ("DELETE", email)):
        answer = await raw.call(method, path)
        assert (answer.status, answer.body) == (404, b"")
    assert (await raw.call("PUT", FIRST, json={"name": "x"})).status == 404
    for path in (f"{FIRST}/contacts", f"{FIRST}/externalId/contacts"):
        assert (await raw.call("PUT", path, json=["x"])).status == 400
        assert (await raw.call("DELETE", path, json=["x"])).status == 400


async def test_what_memberships_take(raw: Raw) -> None:
    """Bare arrays; who is not there, and what is no array, is 400, and nobody joins."""
    ids = add_people(raw.server)
    await segment(raw)
    assert (await raw.call("PUT", f"{FIRST}/contacts", json=ids[:2])).told == (200, {})
    assert await members(raw) == ids[:2]
    assert (await raw.call("DELETE", f"{FIRST}/contacts", json=ids[:1])).told == (200, {})
    external = f"{FIRST}/externalId/contacts"
    ada = {"externalId": "7", "objectType": "Lead"}
    assert (await raw.call("PUT", external, json=[ada])).told == (200, {})
    assert await members(raw) == ids[:2]
    assert (await raw.call("DELETE", external, json=[ada])).told == (200, {})
    assert await members(raw) == ids[1:2]
    for path, body in (
        (f"{FIRST}/contacts", [ids[0], "l-unified-contacts:ff"]),
        (f"{FIRST}/contacts", []),
        (f"{FIRST}/contacts", {"RAW_BODY": ids}),
        (external, [ada, {"externalId": "9", "objectType": "Lead"}]),
        (external, ["7"]),
    ):
        assert (await raw.call("PUT", path, json=body)).status == 400
        assert await members(raw) == ids[1:2]
    form = await raw.call("PUT", f"{FIRST}/contacts", data={"a": "b"})
    assert (form.status, form.body) == (415, b"")


async def test_what_dropping_an_address_takes(raw: Raw) -> None:
    """Both parameters are required, the policy must be a known one, and the address in the segment."""
    ids = add_people(raw.server)
    await segment(raw)
    await raw.call("PUT", f"{FIRST}/contacts", json=ids)
    path = f"{FIRST}/email/contact"
    for query in ("", "?email=ada@example.com", "?policy=OLDEST_CONTACT", "?email=ada@example.com&policy=ANY"):
        assert (await raw.call("DELETE", f"{path}{query}")).status == 400
    found = f"{path}?email=ada@example.com&policy=OLDEST_CONTACT"
    assert (await raw.call("DELETE", found)).told == (200, {})
    assert await members(raw) == ids[1:]
    assert (await raw.call("DELETE", found)).status == 404


@pytest.mark.parametrize("kind", ["QUERY", "SEARCH"])
async def test_what_is_found_cannot_be_picked(raw: Raw, kind: str) -> None:
    """The contacts of a query or a search are not written one by one: 403 without a word (a guess)."""
    ids = add_people(raw.server)
    await segment(raw, type=kind)
    for path in (f"{FIRST}/contacts", f"{FIRST}/externalId/contacts"):
        for method in ("PUT", "DELETE"):
            answer = await raw.call(method, path, json=ids)
            assert (answer.status, answer.body) == (403, b"")
    assert await members(raw) == []
