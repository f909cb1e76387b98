"""Records: add, read, upsert, update, delete, find and facts."""

from __future__ import annotations

import pytest

from tests.emulator.driver import Raw

NO_COLUMN = {"errorCode": "10010", "message": "Invalid Column Specified"}
NO_CONTACT = {"errorCode": 10008, "message": "Invalid contact"}
NO_LIST = {"errorCode": 10004, "message": "Invalid or missing list"}
COLUMNS = [("E-mail Address", "EMAIL"), ("First Name", "FIRSTNAME"), ("Shoe", None)]


def seeded(raw: Raw) -> str:
    """A list that holds one address twice."""
    return raw.server.add_list("L", COLUMNS, [["ada@example.com", "Ada", "39"], ["ada@example.com", "Ida", ""]])


@pytest.mark.parametrize(
    "data",
    [
        {"E-mail Address": "ada@example.com", "Shoe": "40"},
        {"e-mail address": "ada@example.com", "SHOE": "40"},
        {"EMAIL": "ada@example.com", "shoe": "40"},
        {"email": "ada@example.com", "Shoe": "40"},
    ],
)
async def test_add_always_appends(raw: Raw, data: dict[str, str]) -> None:
    """Keys are headings or types, upper or lower case; ids go on in hexadecimal."""
    list_id = seeded(raw)
    answer = await raw.call("POST", f"/api/1/list/{list_id}/record/", json=data)
    assert answer.told == (
        200,
        {"status": "success", "message": "Record inserted", "id": "l-0001:2", "contact_id": "l-0001:2"},
    )
    assert raw.server.rows(list_id)[2] == ["ada@example.com", "", "40"]


async def test_an_unknown_key_is_refused(raw: Raw) -> None:
    """The number is text here, as documented."""
    path = f"/api/1/list/{seeded(raw)}/record"
    assert (await raw.call("POST", path, json={"Hat": "7"})).told == (400, NO_COLUMN)
    assert (await raw.call("PUT", path, params={"email": "a@example.com"}, json={"Hat": "7"})).told == (
        400,
        NO_COLUMN,
    )


@pytest.mark.parametrize("record_id", ["l-0001:0", "l-0001%3A0", "l-0001:0/"])
async def test_a_record_is_a_bare_array(raw: Raw, record_id: str) -> None:
    """Its id, then its cells; the colon may be escaped, and a slash may follow."""
    list_id = seeded(raw)
    from yarl import URL

    answer = await raw.http.get(
        URL(f"{raw.server.url}/api/1/list/{list_id}/record/{record_id}", encoded=True),
        headers={"Authorization": f"Bearer {raw.bearer}"},
    )
    assert await answer.json() == ["l-0001:0", "ada@example.com", "Ada", "39"]


@pytest.mark.parametrize("record_id", ["l-0001:9", "l-0002:0", "0", "l-0001:", "l-0001:A", "l-0001:zz"])
async def test_unknown_records(raw: Raw, record_id: str) -> None:
    """What is no record of this list is an invalid contact, however it is spelled."""
    path = f"/api/1/list/{seeded(raw)}/record/{record_id}"
    assert (await raw.get(path)).told == (400, NO_CONTACT)
    assert (await raw.call("PUT", path, json={"Shoe": "1"})).told == (400, NO_CONTACT)
    assert (await raw.call("DELETE", path)).told == (400, NO_CONTACT)


async def test_records_of_an_unknown_list(raw: Raw) -> None:
    """Every call on them is refused for the list."""
    path = "/api/1/list/l-ffff/record"
    assert (await raw.call("POST", path, json={})).told == (400, NO_LIST)
    assert (await raw.get(f"{path}/l-ffff:0")).told == (400, NO_LIST)
    assert (await raw.get("/api/1/list/lookup/l-ffff", email="a@example.com")).told == (400, NO_LIST)


async def test_upsert_updates_the_first_match_only(raw: Raw) -> None:
    """Columns that are not named keep their values."""
    list_id = seeded(raw)
    answer = await raw.call(
        "PUT", f"/api/1/list/{list_id}/record", params={"email": "ADA@example.com"}, json={"Shoe": "41"}
    )
    assert answer.told == (
        200,
        {"status": "success", "message": "Record updated", "id": "l-0001:0", "contact_id": "l-0001:0"},
    )
    assert raw.server.rows(list_id) == [["ada@example.com", "Ada", "41"], ["ada@example.com", "Ida", ""]]


async def test_upsert_inserts_what_is_not_there(raw: Raw) -> None:
    """The address of the query fills the column of the address."""
    list_id = seeded(raw)
    answer = await raw.call(
        "PUT", f"/api/1/list/{list_id}/record?email=new%2Bx@example.com", json={"FIRSTNAME": "New"}
    )
    assert answer.json["message"] == "Record inserted"
    assert raw.server.rows(list_id)[2] == ["new+x@example.com", "New", ""]


@pytest.mark.parametrize("word", ["Y", "y"])
async def test_an_asynchronous_upsert_is_a_job(raw: Raw, word: str) -> None:
    """Its report counts one record."""
    list_id = seeded(raw)
    path = f"/api/1/list/{list_id}/record"
    first = await raw.call("PUT", path, params={"email": "new@example.com", "async": word}, json={"Shoe": "1"})
    assert first.json["status"] == "success"
    assert raw.server.calls[-1].route == "contacts.submit_upsert"
    details = await raw.done(first)
    assert (details["appendCount"], details["updateCount"]) == (1, 0)
    second = await raw.call("PUT", path, params={"email": "new@example.com", "async": word}, json={"Shoe": "2"})
    details = await raw.done(second)
    assert (details["appendCount"], details["updateCount"]) == (0, 1)
    assert raw.server.rows(list_id)[2:] == [["new@example.com", "", "2"]]


async def test_update_by_id_and_the_record_returned(raw: Raw) -> None:
    """Only that record changes; returncontact=Y adds it to the answer."""
    list_id = seeded(raw)
    path = f"/api/1/list/{list_id}/record/{list_id}:1"
    assert (await raw.call("PUT", path, json={"Shoe": "38"})).json == {
        "status": "success",
        "message": "Record updated",
    }
    answer = await raw.call("PUT", path, params={"returncontact": "Y"}, json={"Shoe": "37"})
    assert answer.json["contact"]["Shoe"] == "37"
    assert raw.server.rows(list_id) == [["ada@example.com", "Ada", "39"], ["ada@example.com", "Ida", "37"]]


async def test_a_deleted_records_number_is_not_used_again(raw: Raw) -> None:
    """The next record gets the next number."""
    list_id = seeded(raw)
    answer = await raw.call("DELETE", f"/api/1/list/{list_id}/record/{list_id}:1")
    assert answer.told == (200, {"status": "success", "message": "Record deleted"})
    added = await raw.call("POST", f"/api/1/list/{list_id}/record", json={"EMAIL": "b@example.com"})
    assert added.json["id"] == f"{list_id}:2"


async def test_find_looks_for_the_cookie_first(raw: Raw) -> None:
    """Then for the address; the answer is keyed by heading."""
    list_id = seeded(raw)
    raw.server.add_cookie("c00kie", f"{list_id}:1")
    path = f"/api/1/list/lookup/{list_id}"
    found = await raw.get(path, email="ada@example.com")
    assert found.json == {
        "contactID": f"{list_id}:0",
        "E-mail Address": "ada@example.com",
        "First Name": "Ada",
        "Shoe": "39",
        ".tz": "",
    }
    assert (await raw.get(path, email="ada@example.com", cookieid="c00kie")).json["First Name"] == "Ida"
    assert (await raw.get(path, email="ada@example.com", cookieid="other")).json["First Name"] == "Ada"
    nobody = await raw.get(path, email="nobody@example.com")
    assert (nobody.status, nobody.json["errorCode"]) == (400, 10162)
    assert (await raw.get(path)).status == 422
    assert b"l-0001:1" in (await raw.get("/api/1/list/lookup", cookie="c00kie")).body
    assert (await raw.get("/api/1/list/lookup", cookie="other")).status == 400


async def test_facts_belong_to_the_address(raw: Raw) -> None:
    """Both records of an address tell the same history, in the documented shape."""
    list_id = seeded(raw)
    event = {
        "destination": "Shop",
        "createlistingentry": "true",
        "customeventaction": "CUSTOM_GENERAL",
        "email": "ADA@example.com",
        "when": "11/13/2023",
        "title": "Bought shoes",
        "dateformat": "MM/dd/yyyy",
    }
    assert (await raw.call("POST", "/api/1/customevents/fact", data=event)).status == 200
    for row in "01":
        facts = (await raw.get(f"/api/1/list/{list_id}/record/{list_id}:{row}/facts")).json
        assert facts["activity"]["ScorePeriod"] == "all time"
        assert facts["activity"]["EntryMonthsAvailable"] == ["2311"]
        activity = facts["activitylist"][0]
        assert (activity["What"], activity["Verb"]) == ("Bought shoes", "custom")
        assert activity["WhenMillis"] == 1699833600000


async def test_a_body_that_is_no_json_object_is_refused(raw: Raw) -> None:
    """Neither broken JSON nor an array makes a record."""
    path = f"/api/1/list/{seeded(raw)}/record"
    assert (await raw.call("POST", path, json=[1])).status == 400
    broken = await raw.call("POST", path, data=b"{", headers={"Content-Type": "application/json"})
    assert broken.status == 400
