"""Contacts of the whole account: what each route does to them, and the literal answers of the emulator."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk.emulator import Emulator
from asyncsdk.emulator.state.audience import AudienceRepository, StoredContact
from asyncsdk.emulator.state.segments import SegmentRepository
from tests.emulator.driver import Answered, Raw

CONTACT = "/ucl/v2/12345/contact"
REPORT = "/ucl/v2/12345/contactReport"
DATES = {"createdDate": "1700000000000", "updatedDate": "1700000000000"}
NOTHING = b"", "text/plain"


def audience(server: Emulator) -> AudienceRepository:
    """The contacts of the emulator."""
    return server.platform.repository(AudienceRepository)


def added(raw: Raw, **body: Any) -> StoredContact:
    """A contact that is there."""
    return audience(raw.server).add(body)


def leads(raw: Raw) -> list[StoredContact]:
    """Three contacts, two of them with one address; the first is a lead in another system."""
    return [
        added(raw, email="ada@example.com", firstName="Ada", externalId="00Q1", objectType="LEAD"),
        added(raw, email="Ada@example.com", firstName="Ida"),
        added(raw, email="bob@example.com", firstName="Bob"),
    ]


def names(raw: Raw) -> list[str]:
    """The first names of all contacts, the oldest first."""
    return [str(person.body.get("firstName", "")) for person in audience(raw.server).all()]


def said_nothing(answer: Answered) -> int:
    """The status of an answer that is nothing else."""
    assert (answer.body, answer.headers["Content-Type"].partition(";")[0]) == NOTHING
    return answer.status


# Reading


async def test_contacts_come_in_numbered_pages(raw: Raw) -> None:
    """Fifty to a page unless told otherwise, from page 0; a page behind the end is empty."""
    for number in range(53):
        added(raw, email=f"{number}@example.com")
    first = (await raw.get(f"{CONTACT}/")).json
    assert (first["page"], first["pageSize"], len(first["contacts"])) == (0, 50, 50)
    assert first["contacts"][0] == {"id": "l-unified-contacts:1", "email": "0@example.com", **DATES}
    assert len((await raw.get(CONTACT, page="1")).json["contacts"]) == 3
    second = (await raw.get(CONTACT, page="2", pageSize="5")).json["contacts"]
    assert [each["email"] for each in second] == [f"{number}@example.com" for number in range(10, 15)]
    assert (await raw.get(CONTACT, page="9")).json["contacts"] == []


async def test_contacts_can_be_chosen_by_their_times_in_seconds(raw: Raw) -> None:
    """Created and updated, after and before; the bounds themselves are left out."""
    first = added(raw, firstName="Ada")
    raw.server.clock.advance(100)
    added(raw, firstName="Bob")
    raw.server.clock.advance(100)
    audience(raw.server).change(first.id, {"company": "Act-On"})

    async def found(**query: int) -> list[str]:
        texts = {name: str(second) for name, second in query.items()}
        told = (await raw.get(CONTACT, **texts)).json["contacts"]
        by_fields = await raw.call("POST", f"{CONTACT}/byFields", params=texts, json=["first name"])
        assert [each["First Name"] for each in by_fields.json["contacts"]] == [each["firstName"] for each in told]
        return [each["firstName"] for each in told]

    assert await found(createdAfter=1_700_000_000) == ["Bob"]
    assert await found(createdBefore=1_700_000_100) == ["Ada"]
    assert await found(updatedAfter=1_700_000_100) == ["Ada"]
    assert await found(updatedBefore=1_700_000_101) == ["Bob"]
    assert await found(createdAfter=1_700_000_000, updatedAfter=1_700_000_100) == []


async def test_fields_are_asked_for_by_display_name(raw: Raw) -> None:
    """Upper or lower case, the account's own columns too; what a contact lacks is empty."""
    added(raw, email="ada@example.com", firstName="Ada", customFields={"65": "Gold"})
    added(raw, email="bob@example.com")
    answer = await raw.call(
        "POST", f"{CONTACT}/byFields", json=["e-mail address", "first name", "ACCOUNT TYPE", "Lead Source"]
    )
    assert answer.told == (
        200,
        {
            "page": 0,
            "pageSize": 50,
            "contacts": [
                {"Email": "ada@example.com", "First Name": "Ada", "Account Type": "Gold", "Lead Source": ""},
                {"Email": "bob@example.com", "First Name": "", "Account Type": "", "Lead Source": ""},
            ],
        },
    )


@pytest.mark.parametrize("fields", [["first name", "hat"], [], {"Body": "first name"}])
async def test_fields_that_are_none_are_refused(raw: Raw, fields: Any) -> None:
    """Unknown names, none at all, and the object of the reference instead of an array."""
    answer = await raw.call("POST", f"{CONTACT}/byFields", json=fields)
    assert (answer.status, list(answer.json)) == (400, ["errors"])


async def test_contacts_of_an_address_come_two_to_a_page(raw: Raw) -> None:
    """The oldest first; nobody is an empty page, and no error."""
    leads(raw)
    added(raw, email="ada@example.com", firstName="Eda")
    told = (await raw.get(f"{CONTACT}/email/ADA@example.com")).json
    assert (told["page"], told["pageSize"]) == (0, 2)
    assert [each["firstName"] for each in told["contacts"]] == ["Ada", "Ida"]
    more = (await raw.get(f"{CONTACT}/email/ada@example.com", page="1")).json["contacts"]
    assert [each["firstName"] for each in more] == ["Eda"]
    assert len((await raw.get(f"{CONTACT}/email/ada@example.com", pageSize="10")).json["contacts"]) == 3
    assert (await raw.get(f"{CONTACT}/email/nobody@example.com")).told == (
        200,
        {"page": 0, "pageSize": 2, "contacts": []},
    )


async def test_one_contact_by_id_cookie_and_external_id(raw: Raw) -> None:
    """The same contact, however it is looked up, under the documented keys."""
    ada = added(raw, email="ada@example.com", externalId="00Q1", objectType="LEAD", customFields={"65": "Gold"})
    raw.server.add_cookie("c00kie", ada.id)
    told = {
        "id": "l-unified-contacts:1",
        "email": "ada@example.com",
        "externalId": "00Q1",
        "objectType": "LEAD",
        "customFields": {"65": "Gold"},
        **DATES,
    }
    for path in (f"id/{ada.id}", "cookieId/c00kie", "externalId/LEAD/00Q1"):
        assert (await raw.get(f"{CONTACT}/{path}")).told == (200, told)


@pytest.mark.parametrize(
    "path",
    ["id/l-unified-contacts:9", "id/x", "id/l-0001:1", "cookieId/x", "externalId/LEAD/x", "externalId/x/00Q1"],
)
async def test_a_contact_that_is_not_there_is_404_without_a_word(raw: Raw, path: str) -> None:
    """An empty text, as documented."""
    leads(raw)
    assert said_nothing(await raw.get(f"{CONTACT}/{path}")) == 404


# Writing


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("EMAIL", {"email": "eve@example.com", "firstName": "Eve"}),
        ("email", {"email": "eve@example.com", "lastName": ""}),
        ("EXTERNAL_ID", {"externalId": "00Q2", "objectType": "LEAD", "email": "ada@example.com"}),
        ("EMAIL", {"email": "eve@example.com", "customFields": {"65": "Gold", "44": True}}),
    ],
)
async def test_a_contact_is_added(raw: Raw, method: str, body: dict[str, Any]) -> None:
    """Its id and dates are the platform's; what is empty is not kept."""
    leads(raw)
    answer = await raw.call("POST", f"{CONTACT}/", params={"createContactMethod": method}, json=body)
    kept = {key: value for key, value in body.items() if value}
    assert answer.told == (200, {"id": "l-unified-contacts:4", **kept, **DATES})
    assert (await raw.get(f"{CONTACT}/id/l-unified-contacts:4")).json == answer.json


async def test_what_identifies_a_new_contact_must_be_there_and_free(raw: Raw) -> None:
    """Missing is 400 with a list of errors; taken is 409 without a word."""
    leads(raw)

    async def add(method: str | None, **body: Any) -> Answered:
        query = {} if method is None else {"createContactMethod": method}
        return await raw.call("POST", f"{CONTACT}/", params=query, json=body)

    assert said_nothing(await add("EMAIL", email="ADA@example.com")) == 409
    assert said_nothing(await add("EXTERNAL_ID", externalId="00Q1", objectType="LEAD")) == 409
    for refused in (
        await add("EMAIL", firstName="Eve"),
        await add("EXTERNAL_ID", externalId="00Q2"),
        await add("PHONE", email="eve@example.com"),
        await add(None, email="eve@example.com"),
    ):
        assert (refused.status, list(refused.json)) == (400, ["errors"])
    assert names(raw) == ["Ada", "Ida", "Bob"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"hat": "7"}, "Unknown field: hat"),
        ({"firstName": 7}, "Not text: firstName"),
        ({"dateOfBirth": "01/02/1990"}, "dateOfBirth must be YYYY-MM-DD"),
        ({"customFields": ["Gold"]}, "customFields must be an object"),
        ({"customFields": {"9999": "Gold"}}, "Unknown column index: 9999"),
    ],
)
async def test_a_contact_that_is_none_is_refused_wherever_it_is_written(
    raw: Raw, body: dict[str, Any], error: str
) -> None:
    """A list of errors, and nothing is changed."""
    ada = leads(raw)[0]
    before = audience(raw.server).all()
    for method, path in [
        ("POST", f"{CONTACT}/?createContactMethod=EMAIL"),
        ("PUT", f"{CONTACT}/email/ada@example.com"),
        ("PUT", f"{CONTACT}/externalId/LEAD/00Q1"),
        ("PUT", f"{CONTACT}/id/{ada.id}"),
    ]:
        answer = await raw.call(method, path, json={"email": "ada@example.com", **body})
        assert answer.told == (400, {"errors": [error]})
        assert (await raw.call(method, path, json=["ada@example.com"])).status == 400
        assert said_nothing(await raw.call(method, path, data={"email": "ada@example.com"})) == 415
    assert audience(raw.server).all() == before


@pytest.mark.parametrize(
    ("policy", "after", "after_new"),
    [
        (None, ["X", "Ida", "Bob"], ["Ada", "Ida", "Bob", "X"]),
        ("OLDEST_CONTACT", ["X", "Ida", "Bob"], ["Ada", "Ida", "Bob", "X"]),
        ("NEWEST_CONTACT", ["Ada", "X", "Bob"], ["Ada", "Ida", "Bob", "X"]),
        ("ALL_CONTACTS", ["X", "X", "Bob"], ["Ada", "Ida", "Bob", "X"]),
        ("ADD_NEW_CONTACT", ["Ada", "Ida", "Bob", "X"], ["Ada", "Ida", "Bob", "X"]),
        ("SKIP_EXISTING_CONTACT", ["Ada", "Ida", "Bob"], ["Ada", "Ida", "Bob", "X"]),
        ("SKIP_NEW_CONTACT", ["X", "Ida", "Bob"], ["Ada", "Ida", "Bob"]),
    ],
)
async def test_the_policy_says_what_an_upsert_by_address_writes(
    raw: Raw, policy: str | None, after: list[str], after_new: list[str]
) -> None:
    """With an address that two contacts have, and with one that nobody has; it fills the new contact's."""
    query = {} if policy is None else {"upsertContactPolicy": policy}
    leads(raw)
    answer = await raw.call("PUT", f"{CONTACT}/email/new@example.com", params=query, json={"firstName": "X"})
    assert names(raw) == after_new
    assert [each["email"] for each in answer.json] == ["new@example.com"] * after_new.count("X")
    for person in audience(raw.server).by_email("new@example.com"):
        audience(raw.server).remove(person.id)
    answer = await raw.call("PUT", f"{CONTACT}/email/ada@example.com", params=query, json={"firstName": "X"})
    assert names(raw) == after
    assert len(answer.json) == after.count("X")


async def test_an_upsert_by_external_id_falls_back_to_the_address(raw: Raw) -> None:
    """The contact with that id, else one with the address, which then has the id; else a new one."""
    leads(raw)

    async def upsert(external_id: str, policy: str = "OLDEST_CONTACT", **body: str) -> list[str]:
        path = f"{CONTACT}/externalId/LEAD/{external_id}"
        answer = await raw.call("PUT", path, params={"upsertContactPolicy": policy}, json=body)
        return [each["id"].partition(":")[2] for each in answer.json]

    assert await upsert("00Q1", email="bob@example.com", firstName="A") == ["1"]
    assert await upsert("00Q2", email="bob@example.com", firstName="B") == ["1"]
    assert await upsert("00Q3", email="nobody@example.com", firstName="C") == ["4"]
    assert await upsert("00Q4", policy="SKIP_NEW_CONTACT", firstName="D") == []
    assert names(raw) == ["B", "Ida", "Bob", "C"]
    assert audience(raw.server).by_external_id("LEAD", "00Q1") is None


async def test_an_update_writes_what_it_names(raw: Raw) -> None:
    """Empty text erases, null leaves alone, own columns are merged, and the id cannot be changed."""
    ada = added(raw, email="ada@example.com", firstName="Ada", company="X", customFields={"65": "a", "44": "b"})
    raw.server.clock.advance(1)
    body = {"id": "x", "createdDate": "0", "firstName": None, "company": "", "customFields": {"65": "", "76": "c"}}
    answer = await raw.call("PUT", f"{CONTACT}/id/{ada.id}", json=body)
    assert answer.told == (
        200,
        {
            "id": ada.id,
            "email": "ada@example.com",
            "firstName": "Ada",
            "customFields": {"44": "b", "76": "c"},
            "createdDate": "1700000000000",
            "updatedDate": "1700000001000",
        },
    )
    assert said_nothing(await raw.call("PUT", f"{CONTACT}/id/x", json={"firstName": "Ada"})) == 404


@pytest.mark.parametrize(
    ("policy", "left"),
    [
        (None, ["Ida", "Bob"]),
        ("OLDEST_CONTACT", ["Ida", "Bob"]),
        ("NEWEST_CONTACT", ["Ada", "Bob"]),
        ("ALL_CONTACTS", ["Bob"]),
    ],
)
async def test_the_policy_says_what_a_delete_by_address_deletes(
    raw: Raw, policy: str | None, left: list[str]
) -> None:
    """One by one, or for several addresses at once; addresses that nobody has are passed over there."""
    query = {} if policy is None else {"deleteContactPolicy": policy}
    leads(raw)
    assert (await raw.call("DELETE", f"{CONTACT}/email/ada@example.com", params=query)).told == (200, True)
    assert names(raw) == left
    emails = ["nobody@example.com", "bob@example.com"]
    assert (await raw.call("DELETE", f"{CONTACT}/emails", params=query, json=emails)).told == (200, True)
    assert names(raw) == left[:-1]


async def test_deletes_that_cannot_be_carried_out(raw: Raw) -> None:
    """Nobody to delete is 404 without a word; an unknown policy and a body that is no array are 400."""
    leads(raw)
    assert said_nothing(await raw.call("DELETE", f"{CONTACT}/email/nobody@example.com")) == 404
    assert said_nothing(await raw.call("DELETE", f"{CONTACT}/externalId/LEAD/x")) == 404
    wrong = {"deleteContactPolicy": "ANY"}
    for answer in (
        await raw.call("DELETE", f"{CONTACT}/email/ada@example.com", params=wrong),
        await raw.call("DELETE", f"{CONTACT}/emails", params=wrong, json=["ada@example.com"]),
        await raw.call("DELETE", f"{CONTACT}/emails", json={"STRING": ["ada@example.com"]}),
        await raw.call("DELETE", f"{CONTACT}/ids", json={"ADD STRING": ["l-unified-contacts:1"]}),
    ):
        assert (answer.status, list(answer.json)) == (400, ["errors"])
    assert names(raw) == ["Ada", "Ida", "Bob"]


async def test_contacts_are_deleted_by_their_ids(raw: Raw) -> None:
    """By the id in another system the answer is a bare true, as documented; numbers are not used again."""
    ada, ida, bob = leads(raw)
    answer = await raw.call("DELETE", f"{CONTACT}/externalId/LEAD/00Q1")
    assert (answer.status, answer.body) == (200, b"true")
    assert said_nothing(await raw.get(f"{CONTACT}/id/{ada.id}")) == 404
    assert (await raw.call("DELETE", f"{CONTACT}/ids", json=[ida.id, bob.id, "x"])).told == (200, True)
    assert names(raw) == []
    assert added(raw).id == "l-unified-contacts:4"


# Reports


@pytest.mark.parametrize("by", ["email/ada@example.com", "externalId/LEAD/00Q1", "id/l-unified-contacts:1"])
async def test_reports_on_one_contact(raw: Raw, by: str) -> None:
    """What it did within some months, its scores, and its segments; of several the oldest contact's."""
    ada = leads(raw)[0]
    audience(raw.server).change(ada.id, {"actonPrimaryScore": "30", "customFields": {"76": "5"}})
    events = raw.server.platform.events
    now = raw.server.clock.milliseconds()
    shop = events.make_set("Shop")
    events.add(shop, "ada@example.com", "CUSTOM_GENERAL", now - 100 * 86_400_000, "Bought a hat", "")
    events.add(shop, "ada@example.com", "CUSTOM_GENERAL", now - 86_400_000, "Bought shoes", "")
    segments = raw.server.platform.repository(SegmentRepository)
    segments.put(segments.add("Buyers", "DIRECT_SELECT", "l-unified-contacts", None), [ada.id])

    told = (await raw.get(f"{REPORT}/{by}/activity")).json
    assert [each["What"] for each in told["activitylist"]] == ["Bought shoes", "Bought a hat"]
    assert told["activity"]["ScorePeriod"] == "all time"
    recent = (await raw.get(f"{REPORT}/{by}/activity", monthsOfPastData="2")).json
    assert [each["What"] for each in recent["activitylist"]] == ["Bought shoes"]
    scores = (await raw.get(f"{REPORT}/{by}/scores")).json["scores"]
    assert scores == [
        {"name": "Act-On Primary Score", "score": "30"},
        {"name": "Lead Score Engagement Profile", "score": "5"},
    ]
    assert [each["name"] for each in (await raw.get(f"{REPORT}/{by}/segments")).json["segments"]] == ["Buyers"]


@pytest.mark.parametrize("word", ["activity", "scores", "segments"])
@pytest.mark.parametrize("by", ["email/nobody@example.com", "externalId/LEAD/x", "id/l-unified-contacts:9"])
async def test_reports_on_nobody_are_404_without_a_word(raw: Raw, by: str, word: str) -> None:
    """An empty text, as documented."""
    leads(raw)
    assert said_nothing(await raw.get(f"{REPORT}/{by}/{word}")) == 404


async def test_a_number_that_is_none_is_refused_in_the_services_words(raw: Raw) -> None:
    """A list of errors, not an error number as on the older paths."""
    leads(raw)
    for path, query in [
        (f"{CONTACT}/", {"page": "x"}),
        (f"{CONTACT}/", {"createdAfter": "2026-01-01"}),
        (f"{REPORT}/id/l-unified-contacts:1/activity", {"monthsOfPastData": "few"}),
    ]:
        answer = await raw.get(path, **query)
        assert (answer.status, list(answer.json)) == (400, ["errors"])


async def test_a_deleted_contact_leaves_its_segments(raw: Raw) -> None:
    """No segment holds a contact that is not there."""
    ada = leads(raw)[0]
    segments = raw.server.platform.repository(SegmentRepository)
    segments.put(segments.add("Buyers", "DIRECT_SELECT", "l-unified-contacts", None), [ada.id])
    await raw.call("DELETE", f"{CONTACT}/ids", json=[ada.id])
    assert segments.of(ada.id) == []
