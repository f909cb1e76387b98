"""Lists: the listing, downloads, deletion and the suppression lists."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.driver import Raw

PEOPLE = [["Ada", "ada@example.com", "Bern"], ["Bob", "bob@example.com", 'a "b", c'], ["Cy", "cy@example.com", ""]]
COLUMNS = [("First Name", "FIRSTNAME"), ("E-mail Address", "EMAIL"), ("City", None)]


def seeded(raw: Raw) -> str:
    """A list of three people."""
    return raw.server.add_list("API Example List", COLUMNS, PEOPLE)


async def test_the_listing_tells_what_is_documented(raw: Raw) -> None:
    """The size of a list is text, and the type to list may be spelled in any case."""
    seeded(raw)
    page = (await raw.get("/api/1/list/", listingtype="CONTACT_LIST")).json
    assert page == {
        "offset": 0,
        "count": 1,
        "totalCount": 1,
        "result": [
            {
                "id": "l-0001",
                "name": "API Example List",
                "folderName": "Default Folder",
                "sourceId": "l-0001",
                "baseId": "l-0001",
                "description": "Uploaded Marketing List",
                "sourceSize": "3",
                "sourceName": "API Example List",
                "tsLastModified": 1700000000000,
                "tsLastCounted": 1700000000000,
                "tsSource": 1700000000000,
                "sourceTS": "Nov 14 2023 2:13 PM PST",
                "bIsSingleton": False,
                "bIsList": True,
                "bIsSforce": False,
                "bIsSforceReport": False,
                "bIsSforceAvailable": True,
                "bIsMSDyn": False,
                "bIsMSDynAvailable": True,
                "bIsSugar": False,
                "bIsSugarAvailable": True,
                "bIsSL": False,
                "bIsSLAvailable": True,
                "bIsNsuite": False,
                "bIsNsuiteAvailable": True,
            }
        ],
    }
    assert (await raw.get("/api/1/list", listingtype="test_message")).json["result"] == []
    assert (await raw.get("/api/1/list", listingtype="heather")).status == 400


async def test_the_listing_is_paged(raw: Raw) -> None:
    """Count and offset are echoed, and the total is of all pages."""
    for number in range(5):
        raw.server.add_list(f"L{number}", ["Email"])
    page = (await raw.get("/api/1/list", count="2", offset="3")).json
    assert (page["offset"], page["count"], page["totalCount"]) == (3, 2, 5)
    assert [listed["name"] for listed in page["result"]] == ["L3", "L4"]


async def test_a_page_of_records(raw: Raw) -> None:
    """The record's id comes first, and emailColumn counts it."""
    list_id = seeded(raw)
    page = (await raw.get(f"/api/1/list/{list_id}", count="1", offset="1")).json
    assert page == {
        "listId": list_id,
        "offset": 1,
        "count": 1,
        "totalCount": 3,
        "emailColumn": 2,
        "headers": ["_contact_id_", "First Name", "E-mail Address", "City"],
        "data": [["l-0001:1", "Bob", "bob@example.com", 'a "b", c']],
    }


async def test_a_page_holds_at_most_a_thousand(raw: Raw) -> None:
    """That is also what comes when no count is given."""
    list_id = raw.server.add_list("L", ["Email"], [[f"{n}@example.com"] for n in range(1100)])
    assert (await raw.get(f"/api/1/list/{list_id}")).json["count"] == 1000
    assert (await raw.get(f"/api/1/list/{list_id}", count="5000")).json["count"] == 1000
    last = (await raw.get(f"/api/1/list/{list_id}", offset="1000")).json
    assert (last["count"], last["totalCount"]) == (100, 1100)


async def test_offsets_count_records_not_rows(raw: Raw) -> None:
    """A deleted record leaves no hole in the pages."""
    list_id = seeded(raw)
    await raw.call("DELETE", f"/api/1/list/{list_id}/record/{list_id}:0")
    page = (await raw.get(f"/api/1/list/{list_id}", offset="1")).json
    assert [row[0] for row in page["data"]] == ["l-0001:2"]
    assert page["totalCount"] == 2


async def test_fields_choose_columns(raw: Raw) -> None:
    """They are separated by semicolons, in the order asked for; an unknown one is an error."""
    list_id = seeded(raw)
    page = (await raw.get(f"/api/1/list/{list_id}", fields="City;E-mail Address")).json
    assert page["headers"] == ["_contact_id_", "City", "E-mail Address"]
    assert page["emailColumn"] == 2
    assert page["data"][0] == ["l-0001:0", "Bern", "ada@example.com"]
    assert (await raw.get(f"/api/1/list/{list_id}", fields="Town")).status == 400


async def test_dates_can_be_shown_but_not_with_fields(raw: Raw) -> None:
    """The headings have two underscores on either side."""
    list_id = seeded(raw)
    page = (await raw.get(f"/api/1/list/{list_id}", datequalifiers="true")).json
    assert page["headers"][-2:] == ["__created_date", "__modified_date"]
    assert page["data"][0][-1] == "2023-11-14 14:13:20 PST"
    both = await raw.get(f"/api/1/list/{list_id}", datequalifiers="true", fields="City")
    assert both.status == 400


async def test_records_can_be_filtered_by_time(raw: Raw) -> None:
    """Times are milliseconds; the total counts what the filter lets through."""
    list_id = seeded(raw)
    raw.server.clock.advance(100)
    record = f"/api/1/list/{list_id}/record"
    await raw.call("PUT", f"{record}/{list_id}:1", json={"City": "Rome"})
    await raw.call("POST", record, json={"City": "Oslo"})

    async def ids(**query: Any) -> list[str]:
        page = (await raw.get(f"/api/1/list/{list_id}", **query)).json
        assert page["totalCount"] == len(page["data"])
        return [row[0][-1] for row in page["data"]]

    middle = str(1_700_000_050_000)
    assert await ids(modafter=middle) == ["1", "3"]
    assert await ids(modbefore=middle) == ["0", "2"]
    assert await ids(createdafter=middle) == ["3"]
    assert await ids(createdbefore=middle) == ["0", "1", "2"]


async def test_the_whole_list_as_csv(raw: Raw) -> None:
    """A heading row, and lines that end as on Windows."""
    answer = await raw.get(f"/api/1/list/{seeded(raw)}", responseformat="CSV")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.body.decode() == (
        "_contact_id_,First Name,E-mail Address,City\r\n"
        "l-0001:0,Ada,ada@example.com,Bern\r\n"
        'l-0001:1,Bob,bob@example.com,"a ""b"", c"\r\n'
        "l-0001:2,Cy,cy@example.com,\r\n"
    )


async def test_a_list_can_be_deleted(raw: Raw) -> None:
    """Afterwards it is unknown, with its records."""
    list_id = seeded(raw)
    answer = await raw.call("DELETE", f"/api/1/list/{list_id}")
    assert answer.told == (200, {"status": "success", "message": "List deleted"})
    unknown = (400, {"errorCode": 10004, "message": "Invalid or missing list"})
    assert (await raw.get(f"/api/1/list/{list_id}")).told == unknown
    assert (await raw.call("DELETE", f"/api/1/list/{list_id}")).told == unknown


async def test_records_are_deleted_each_for_itself(raw: Raw) -> None:
    """HTTP 200 also where some are unknown; more than a hundred are refused."""
    list_id = seeded(raw)
    path = f"/api/1/list/{list_id}/record"
    answer = await raw.call("DELETE", path, params={"contactids": f"{list_id}:0,{list_id}:f,{list_id}:2"})
    assert answer.told == (
        200,
        {
            "success_count": 2,
            "fail_count": 1,
            "failedList": [{"id": f"{list_id}:f", "reason": "Invalid contact id"}],
        },
    )
    assert list(raw.server.records(list_id)) == [f"{list_id}:1"]
    many = ",".join(f"{list_id}:{n:x}" for n in range(101))
    assert (await raw.call("DELETE", path, params={"contactids": many})).status == 400


@pytest.mark.parametrize("name", ["hardbounce", "spamcomplaint", "optout"])
async def test_suppression_lists_do_not_tell_their_total(raw: Raw, name: str) -> None:
    """TotalCount is always -1; times may be seconds or milliseconds."""
    add = {
        "hardbounce": raw.server.add_hard_bounce,
        "spamcomplaint": raw.server.add_spam_complaint,
        "optout": raw.server.add_opt_out,
    }[name]
    for number in range(3):
        add(f"{number}@example.com")
        raw.server.clock.advance(10)
    page = (await raw.get(f"/api/1/list/{name}", count="2", offset="1")).json
    assert page == {
        "offset": 1,
        "count": 2,
        "totalCount": -1,
        "result": [
            {"email": "1@example.com", "timestamp": 1700000010000, "origin": "User: John Doe"},
            {"email": "2@example.com", "timestamp": 1700000020000, "origin": "User: John Doe"},
        ],
    }
    for bound in ("1700000005", "1700000005000"):
        assert (await raw.get(f"/api/1/list/{name}", createdafter=bound)).json["count"] == 2
        assert (await raw.get(f"/api/1/list/{name}", createdbefore=bound)).json["count"] == 1


async def test_opt_outs_are_added_and_lifted_at_once(raw: Raw) -> None:
    """Bad rows are rejected into a file; the origin tells who did it."""
    answer = await raw.multipart("PUT", "/api/1/list/optout", "Ada@example.com\nnobody\nbob@example.com\n")
    name = answer.json["rejectedRecordsUrl"]
    assert answer.json == {
        "status": "success",
        "message": "1 invalid or empty records rejected. 2 valid records processed.",
        "emptyRecords": 0,
        "rejectedRecords": 1,
        "rejectedRecordsUrl": name,
    }
    assert (await raw.get("/api/1/list/rejectedUploadRecords", filename=name)).body == b"nobody\r\n"
    listed = (await raw.get("/api/1/list/optout")).json["result"]
    assert [entry["email"] for entry in listed] == ["Ada@example.com", "bob@example.com"]
    assert listed[0]["origin"] == "User: John Doe via Act-On API"
    lifted = await raw.multipart("PUT", "/api/1/list/optin", "ada@example.com\n\n")
    assert lifted.json["message"] == "1 invalid or empty records rejected. 1 valid records processed."
    assert lifted.json["emptyRecords"] == 1
    assert [entry["email"] for entry in (await raw.get("/api/1/list/optout")).json["result"]] == ["bob@example.com"]


async def test_lifting_opt_outs_can_be_switched_off(raw: Raw) -> None:
    """Act-On switches it on for each account."""
    raw.server.settings.optin_enabled = False
    assert (await raw.multipart("PUT", "/api/1/list/optin", "ada@example.com\n")).status == 403
    assert (await raw.multipart("PUT", "/api/1/list/optout", None)).json["errorCode"] == 10003
