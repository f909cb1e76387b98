"""The fields of the audience's contacts."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk import InvalidRequest, ServerError
from asyncsdk.emulator import Reply
from asyncsdk.emulator.state.contact_fields import FieldRepository
from asyncsdk.models import SchemaField, Written
from tests.emulator.driver import Raw
from tests.support.stage import outcome, stage
from tests.support.virtual_time import virtual_time

SCHEMA = "/ucl/v2/12345/schema/"
FIELDS = f"{SCHEMA}field/"


@virtual_time
async def test_the_schema_is_read() -> None:
    """The account's fields come with their types and places; hidden and read-only ones only if asked for."""
    async with stage() as (_, acton):
        schema = await acton.schema.get()
        assert schema.account_id == "12345"
        assert len(schema.columns) == 16
        assert schema.columns[0] == SchemaField(
            id="1116",
            name="Act-On Primary Score",
            type="SCORE",
            column_index=6,
            standard_field="ACTON_PRIMARY_SCORE",
            required=True,
        )
        everything = await acton.schema.get(skip_hidden=False, skip_read_only=False)
        assert {each.name for each in everything.columns} - {each.name for each in schema.columns} == {
            "Internal Note",
            "Last Sync",
        }
        hidden_too = await acton.schema.get(skip_hidden=False, skip_read_only=True)
        assert [each.name for each in hidden_too.columns if each.hidden or each.read_only] == ["Internal Note"]
        read_only_too = await acton.schema.get(skip_hidden=True, skip_read_only=False)
        assert [each.name for each in read_only_too.columns if each.hidden or each.read_only] == ["Last Sync"]


@virtual_time
async def test_a_field_is_added_changed_and_deleted() -> None:
    """What is added is in the schema, is told as it is after a change, and is gone after its deletion."""
    async with stage() as (_, acton):
        added = await acton.schema.add_field(name="Shoe", type="NUMBER", required=True)
        assert added.source == SchemaField(id="10796", name="Shoe", type="NUMBER", column_index=97, required=True)
        assert (added.object_id, added.status_code, added.error_message) == ("10796", 200, None)
        changed = await acton.schema.update_field(
            "10796", name="Shoe size", type="TEXT", hidden=True, read_only=True, column_index=2
        )
        assert changed.source == SchemaField(
            id="10796",
            name="Shoe size",
            type="TEXT",
            column_index=2,
            required=True,
            read_only=True,
            hidden=True,
        )
        everything = await acton.schema.get(skip_hidden=False, skip_read_only=False)
        assert changed.source in everything.columns
        assert (await acton.schema.delete_field("10796")).object_id == "10796"
        after = await acton.schema.get(skip_hidden=False, skip_read_only=False)
        assert "10796" not in {each.id for each in after.columns}


@virtual_time
async def test_a_standard_field_is_added_and_keeps_what_is_not_named() -> None:
    """A standard field fills its part of a contact; an update leaves out what it does not name."""
    async with stage() as (_, acton):
        added = await acton.schema.add_field(
            name="Department", type="TEXT", standard_field="DEPARTMENT", hidden=False, read_only=False
        )
        assert added.source is not None
        assert added.source.standard_field == "DEPARTMENT"
        changed = await acton.schema.update_field(added.source.id, name="Team", type="TEXT")
        assert changed.source is not None
        assert (changed.source.name, changed.source.standard_field) == ("Team", "DEPARTMENT")


@pytest.mark.parametrize("route", ["add_field", "update_field", "delete_field"])
@virtual_time
async def test_a_failure_with_status_200_is_an_error(route: str) -> None:
    """A write that says ``isSuccess: false`` in a success raises what it says, by the status that it names."""
    calls = {
        "add_field": lambda it: it.add_field(name="Shoe", type="TEXT"),
        "update_field": lambda it: it.update_field("1117", name="Shoe", type="TEXT"),
        "delete_field": lambda it: it.delete_field("1117"),
    }
    async with stage() as (server, acton):
        for status, kind in ((400, InvalidRequest), (500, ServerError)):
            body = {
                "source": None,
                "errorMessage": "No such luck",
                "statusCode": status,
                "objectId": None,
                "isSuccess": False,
            }
            server.faults.add(Reply(200, body), on=f"schema.{route}")
            error = await outcome(calls[route](acton.schema))
            assert type(error) is kind
            assert "No such luck" in str(error)


@pytest.mark.parametrize("body", [b"", b"true", b"{}"])
@virtual_time
async def test_a_write_may_be_answered_with_little(body: bytes) -> None:
    """Not every answer is published: nothing, ``true`` and an empty object all mean that it was done."""
    async with stage() as (server, acton):
        server.faults.add(Reply(200, body), on="schema.delete_field")
        assert await acton.schema.delete_field("1117") == Written()
        server.faults.add(Reply(200, body), on="schema.update_field")
        assert await acton.schema.update_field("1117", name="Name", type="TEXT") == Written()


async def test_what_the_schema_looks_like(raw: Raw) -> None:
    """Bare, without an envelope; the columns have the documented keys."""
    answer = await raw.get(SCHEMA)
    assert answer.status == 200
    assert list(answer.json) == ["accountId", "columns"]
    assert answer.json["accountId"] == "12345"
    assert answer.json["columns"][4] == {
        "fieldId": 1121,
        "columnIndex": 11,
        "name": "Email",
        "type": "EMAIL",
        "standardFieldMapping": "EMAIL",
        "required": True,
        "readonly": False,
        "hidden": False,
    }
    assert (await raw.get(SCHEMA, skipHidden="true", skipReadOnly="true")).json == answer.json
    assert len((await raw.get(SCHEMA, skipHidden="false", skipReadOnly="false")).json["columns"]) == 18
    assert (await raw.get(SCHEMA.rstrip("/"))).json == answer.json


async def test_what_a_write_looks_like(raw: Raw) -> None:
    """The documented envelope: the id is a number inside and text outside."""
    answer = await raw.call("POST", FIELDS, json={"name": "New Text Column", "type": "TEXT"})
    assert answer.told == (
        200,
        {
            "source": {
                "fieldId": 10796,
                "columnIndex": 97,
                "name": "New Text Column",
                "type": "TEXT",
                "standardFieldMapping": None,
                "required": False,
                "readonly": False,
                "hidden": False,
            },
            "errorMessage": None,
            "statusCode": 200,
            "objectId": "10796",
            "isSuccess": True,
        },
    )
    changed = {"fieldId": 10796, "name": "Title 2", "type": "TEXT"}
    answer = await raw.call("PUT", f"{FIELDS}10796", json=changed)
    assert (answer.json["source"]["name"], answer.json["isSuccess"]) == ("Title 2", True)
    answer = await raw.call("DELETE", f"{FIELDS}10796")
    assert (answer.json["objectId"], answer.json["isSuccess"]) == ("10796", True)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Shoe"},
        {"type": "TEXT"},
        {"name": "Shoe", "type": "STRING"},
        {"name": "Shoe", "type": ["TEXT"]},
        {"name": "Shoe", "type": "TEXT", "required": "true"},
        {"name": "first name", "type": "TEXT"},
        {"name": 7, "type": "TEXT"},
        {"name": "Shoe", "type": "TEXT", "standardFieldMapping": "EMAIL"},
        [],
    ],
)
async def test_fields_that_make_no_sense(raw: Raw, body: Any) -> None:
    """They are refused with 400 and a list of errors, new or changed."""
    for method, path in (("POST", FIELDS), ("PUT", f"{FIELDS}1128")):
        answer = await raw.call(method, path, json=body)
        assert (answer.status, list(answer.json)) == (400, ["errors"])
    assert len((await raw.get(SCHEMA)).json["columns"]) == 16


async def test_a_deleted_field_stays_deleted(raw: Raw) -> None:
    """A server that takes up its old state does not bring back the example fields."""
    assert (await raw.call("DELETE", f"{FIELDS}1117")).status == 200
    assert FieldRepository(raw.server.platform).by_name("First Name") is None
    assert len(FieldRepository(raw.server.platform).all()) == 17


async def test_other_refusals(raw: Raw) -> None:
    """An unknown field, an unknown standard field and an odd place are 400; a form is 415 without a word."""
    shoe = {"name": "Shoe", "type": "TEXT"}
    assert (await raw.call("PUT", f"{FIELDS}7", json=shoe)).status == 400
    assert (await raw.call("DELETE", f"{FIELDS}7")).status == 400
    assert (await raw.call("POST", FIELDS, json={**shoe, "standardFieldMapping": "SHOE"})).status == 400
    assert (await raw.call("PUT", f"{FIELDS}1117", json={**shoe, "columnIndex": "1"})).status == 400
    answer = await raw.call("POST", FIELDS, data=shoe)
    assert (answer.status, answer.body) == (415, b"")
    other = await raw.get("/ucl/v2/77/schema/")
    assert (other.status, other.body) == (403, b"")
