"""Sample calls of the routes of ``schema``: data, written by hand from the documentation."""

from __future__ import annotations

from tests.conformance.samples.call import Call

FIELDS = "/ucl/v2/12345/schema/field/"

SCHEMA: list[Call] = [
    Call("schema.get", lambda it: it.get(account_id="12345"), "/ucl/v2/12345/schema/"),
    Call(
        "schema.get",
        lambda it: it.get(skip_hidden=False, skip_read_only=True, account_id="12345"),
        "/ucl/v2/12345/schema/",
        {"skipHidden": "false", "skipReadOnly": "true"},
    ),
    Call(
        "schema.add_field",
        lambda it: it.add_field(name="New Text Column", type="TEXT", account_id="12345"),
        FIELDS,
        json={"name": "New Text Column", "type": "TEXT"},
    ),
    Call(
        "schema.add_field",
        lambda it: it.add_field(
            name="Job Title",
            type="TEXT",
            standard_field="TITLE",
            required=False,
            hidden=True,
            read_only=False,
            account_id="12345",
        ),
        FIELDS,
        json={
            "name": "Job Title",
            "type": "TEXT",
            "standardFieldMapping": "TITLE",
            "required": False,
            "hidden": True,
            "readonly": False,
        },
    ),
    Call(
        "schema.update_field",
        lambda it: it.update_field(
            "22222",
            name="Lead Source",
            type="MULTI-TEXT",
            standard_field="LEAD_SOURCE",
            required=True,
            hidden=False,
            read_only=True,
            column_index=98,
            account_id="12345",
        ),
        f"{FIELDS}22222",
        json={
            "name": "Lead Source",
            "type": "MULTI-TEXT",
            "standardFieldMapping": "LEAD_SOURCE",
            "required": True,
            "hidden": False,
            "readonly": True,
            "columnIndex": 98,
        },
    ),
    Call("schema.delete_field", lambda it: it.delete_field("22222", account_id="12345"), f"{FIELDS}22222"),
]
