"""Values in single calls: written as bulk runs and queues write them, or refused before anything is sent."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import math
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any
from uuid import UUID

import pytest

from asyncsdk import CLEAR, TABLE, InvalidArgument, Request
from asyncsdk.http.json import encode_json
from asyncsdk.models import AudienceContact, ExternalContact
from tests.support.recording_caller import compiled
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

COLUMNS = [("Email", "EMAIL"), ("Zip", None), ("City", None), ("Born", None)]
ADA = "ada@example.com"


class Mode(str, Enum):  # noqa: UP042 - as people wrote it before StrEnum
    UPSERT = "UPSERT"


class Size(IntEnum):
    SMALL = 7

    def __str__(self) -> str:
        return "small"


@virtual_time
async def test_a_call_writes_what_a_bulk_run_writes() -> None:
    """A call keeps what has no value and erases what is cleared; other values have the one text."""
    data: Any = {"Zip": 94107.0, "City": math.nan, "Born": dt.date(1815, 12, 10)}
    async with stage() as (server, acton):
        leads = server.add_list("Leads", COLUMNS, [[ADA, "1", "Rome", ""]])
        await acton.contacts.upsert(leads, email=ADA, data=data)
        assert server.rows(leads) == [[ADA, "94107", "Rome", "1815-12-10"]]
        (record_id,) = [each.id async for each in acton.lists.records(leads)]
        erased: Any = {"Zip": None, "City": CLEAR, "Born": ""}
        await acton.contacts.update(leads, record_id, data=erased)
        assert server.rows(leads) == [[ADA, "94107", "", ""]]
        added: Any = {"Email": "b@example.com", "Zip": True, "City": Decimal("NaN")}
        await acton.contacts.add(leads, data=added)
        assert server.rows(leads)[1] == ["b@example.com", "true", "", ""]


@pytest.mark.parametrize("name", ["contacts.add", "contacts.upsert", "contacts.submit_upsert", "contacts.update"])
@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"City": ["Rome"]}, "data holds under 'City' a value of type list"),
        ({"City": b"Rome"}, "data holds under 'City' a value of type bytes"),
        ({"City": math.inf}, "data holds under 'City' an infinite number"),
        ({"Zip": 1, 7: "x"}, "data must be named by texts, not by int"),
        ([("City", "Rome")], "data must be a mapping, not list"),
    ],
)
def test_values_without_a_text_are_refused(name: str, data: Any, says: str) -> None:
    """The error names the column, and comes before anything is sent."""
    own = {"record_id": "l-0001:a"} if name.endswith(".update") else {"email": ADA} if "upsert" in name else {}
    with pytest.raises(InvalidArgument, match=says):
        compiled(name, "l-0001", data=data, **own)


def test_an_enum_travels_as_its_value() -> None:
    """Where a text, a word of the API or a number is wanted, an enum's member does not travel by its name."""
    found = compiled("contacts.find", "l-0001", email=Mode.UPSERT)
    assert f"{found.query['email']}" == "UPSERT"
    merged = compiled("lists.download", "l-0001", count=Size.SMALL)
    assert f"{merged.query['count']}" == "7"
    sent = compiled(
        "transactional.send", "t-1", to=ADA, personalization={"Mode": Mode.UPSERT}, account_id="1", tag=None
    )
    assert json.loads(encode_json(sent.json))["content"]["personalizationDataMap"] == {"Mode": "UPSERT"}


ODD = {
    "missing": math.nan,
    "whole": 94107.0,
    "broken": 0.5,
    "flag": True,
    "number": 7,
    "exact": Decimal("1.20"),
    "day": dt.date(2026, 1, 31),
    "id": UUID(int=0),
    "word": Mode.UPSERT,
    "many": [1, math.nan, {"day": dt.date(2026, 1, 31)}],
    "none": None,
}
PLAIN = {
    "missing": None,
    "whole": 94107,
    "broken": 0.5,
    "flag": True,
    "number": 7,
    "exact": "1.20",
    "day": "2026-01-31",
    "id": "00000000-0000-0000-0000-000000000000",
    "word": "UPSERT",
    "many": [1, None, {"day": "2026-01-31"}],
    "none": None,
}


def ingested(rows: Any) -> Request:
    """What an ingest of these rows becomes."""
    return compiled(
        "custom_data.ingest_rows",
        "o-1",
        "d-1",
        rows=rows,
        mode="UPSERT",
        abort_on_invalid_row=True,
        account_id="1",
    )


def test_values_that_travel_as_json_keep_its_types() -> None:
    """In rows of custom data and in contacts of the audience a missing value is null, and a date a text."""
    assert json.dumps(ingested([ODD]).json) == json.dumps([PLAIN])
    sent = compiled("audience.add_contact", contact=ODD, method="EMAIL", account_id="1")
    assert json.dumps(sent.json) == json.dumps(PLAIN)
    odd: Any = math.nan
    contact = AudienceContact(email=ADA, first_name=odd, custom_fields={"1": odd, "2": 94107.0})
    sent = compiled("audience.add_contact", contact=contact, method="EMAIL", account_id="1")
    assert json.loads(encode_json(sent.json)) == {"email": ADA, "customFields": {"1": None, "2": 94107}}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"a": 1}, {"b": b"x"}], "row 2 of rows holds under 'b' a value of type bytes"),
        ([{"a": {"b": [math.inf]}}], "row 1 of rows holds under 'a' an infinite number"),
        ([{"a": {1: "x"}}], "row 1 of rows holds under 'a' a value whose name is no text"),
        ([{1: "x"}], "row 1 of rows must be named by texts"),
        ([{"a": 1}, None], "row 2 of rows must be a mapping, not NoneType"),
        ({"a": 1}, "rows must be a sequence, not dict"),
    ],
)
def test_a_row_of_custom_data_that_cannot_travel_is_named(rows: Any, says: str) -> None:
    """The error tells the row's number and the field, and comes before anything is sent."""
    with pytest.raises(InvalidArgument, match=says):
        ingested(rows)


def test_values_that_are_nested_without_an_end_are_refused() -> None:
    """A list that holds itself is an error of this library."""
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(InvalidArgument, match="nested too deeply under 'a'"):
        ingested([{"a": endless}])


@virtual_time
async def test_a_call_sends_what_it_was_given_whatever_becomes_of_it_later() -> None:
    """A program may fill one dict for one call after the other: calls that wait for their place send their own."""
    async with stage() as (server, acton):
        leads = server.add_list("Leads", COLUMNS)
        row: dict[str, str] = {}
        calls: list[asyncio.Task[Any]] = []
        for number in range(12):
            row |= {"Email": f"{number}@example.com", "Zip": str(number)}
            calls.append(asyncio.create_task(acton.contacts.upsert(leads, email=row["Email"], data=row)))
            await asyncio.sleep(0)
        row.clear()
        await asyncio.gather(*calls)
        assert server.rows(leads) == [[f"{number}@example.com", str(number), "", ""] for number in range(12)]


@pytest.mark.parametrize(
    ("name", "given", "others"),
    [
        ("contacts.add", {"data": {"Email": ADA}}, {"list_id": "l-1"}),
        ("segments.add_external_contacts", {"contacts": [ExternalContact("7")]}, {"segment_id": "1"}),
        (
            "segments.create",
            {"criteria": {"all": [{"is": ["x"]}]}},
            {"name": "n", "type": "QUERY", "parent_id": "1"},
        ),
        ("custom_data.create_schema", {"schema": {"fields": [{"name": "a"}]}}, {}),
        (
            "custom_data.query",
            {"select_fields": ["a"], "sort_fields": [{"name": "a"}]},
            {"object_id": "o", "dataset": "d"},
        ),
    ],
)
def test_a_request_shares_nothing_with_its_arguments(
    name: str, given: dict[str, Any], others: dict[str, Any]
) -> None:
    """Whatever a program does to its dicts and lists after a call has begun, each attempt sends the same body."""
    route = TABLE[name]
    request = route.compile({**{each.name: each.default for each in route.params}, **others, **given})
    sent = encode_json(request.json)
    for value in given.values():
        spoil(value)
    assert encode_json(request.json) == sent


def spoil(value: Any) -> None:
    """Empty it, and all that it holds."""
    if isinstance(value, dict | list):
        for member in list(value.values() if isinstance(value, dict) else value):
            spoil(member)
        value.clear()
