"""Schemas and datasets by plain HTTP: paths, statuses, envelopes, and what a change changes.

No answer but a refusal is published, so of the others only what the emulator itself promises is looked at.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.custom_data import BAD, CONFLICT, MISSING, ORDER, ROWS, V1, made, refused
from tests.emulator.driver import Raw


async def test_schemas_are_created_shown_changed_and_deleted(raw: Raw) -> None:
    """Each call shows what the ones before it did."""
    assert (await raw.get(f"{V1}/schema/all")).told == (200, {"schemas": []})
    path = f"{V1}/schema/{(await raw.call('POST', f'{V1}/schema', json=ORDER)).json['id']}"
    assert (await raw.get(path)).json["uniqueFieldSet"] == ["number"]
    changed = await raw.call("PUT", path, json={"description": "Bought", "fields": []})
    assert (changed.json["description"], changed.json["name"], len(changed.json["fields"])) == (
        "Bought",
        "Order",
        3,
    )
    assert [each["description"] for each in (await raw.get(f"{V1}/schema/all")).json["schemas"]] == ["Bought"]
    assert (await raw.call("DELETE", path, params={"hard": "false"})).status == 200
    assert refused(await raw.get(path), MISSING)


async def test_a_dry_run_creates_nothing(raw: Raw) -> None:
    """It finds the same faults."""
    dry = {"dryRun": "true"}
    assert (await raw.call("POST", f"{V1}/schema", params=dry, json=ORDER)).status == 200
    assert refused(await raw.call("POST", f"{V1}/schema", params=dry, json={}), BAD)
    assert (await raw.get(f"{V1}/schema/all")).json == {"schemas": []}


async def test_a_schema_that_is_there_is_a_conflict(raw: Raw) -> None:
    """Creating has the status 409; renaming onto another has none but 400."""
    await raw.call("POST", f"{V1}/schema", json=ORDER)
    assert refused(await raw.call("POST", f"{V1}/schema", json={"name": "Order"}), CONFLICT)
    other = (await raw.call("POST", f"{V1}/schema", json={"name": "Visit"})).json["id"]
    assert refused(await raw.call("PUT", f"{V1}/schema/{other}", json={"name": "Order"}), BAD)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"fields": [{"type": "STRING"}]},
        {"fields": [{"name": "a"}, {"name": "a"}]},
        {"fields": {"name": "a"}},
        {"requiredFields": ["hat"]},
        {"uniqueFieldSet": "number"},
        {"primaryEmailField": "hat"},
    ],
)
async def test_a_bad_schema_is_refused(raw: Raw, wrong: dict[str, Any]) -> None:
    """The refusal lists what is wrong."""
    answer = await raw.call("POST", f"{V1}/schema", json={**ORDER, **wrong})
    assert refused(answer, BAD)
    assert answer.json["errorList"]


async def test_fields_are_added_changed_and_deleted(raw: Raw) -> None:
    """They are known by name, and by the ids that they are given."""
    path = f"{V1}/schema/{(await raw.call('POST', f'{V1}/schema', json=ORDER)).json['id']}/field"
    added = (await raw.call("POST", path, json=[{"name": "size"}])).json["fields"]
    assert [field["id"] for field in added] == ["f-1", "f-2", "f-3", "f-4"]
    new = [{"id": "f-4", "name": "width"}, {"name": "sum", "displayName": "Sum"}]
    changed = (await raw.call("PUT", path, json=new)).json["fields"]
    assert [field["name"] for field in changed] == ["number", "sum", "buyer", "width"]
    assert changed[1] == {"id": "f-2", "name": "sum", "displayName": "Sum"}
    left = (await raw.call("DELETE", path, json=["width", "buyer"])).json["fields"]
    assert [field["name"] for field in left] == ["number", "sum"]


async def test_fields_that_cannot_be_are_refused(raw: Raw) -> None:
    """Unknown ones are not found; doubled ones, and the loss of those that are needed, are bad requests."""
    path = f"{V1}/schema/{(await raw.call('POST', f'{V1}/schema', json=ORDER)).json['id']}/field"
    assert refused(await raw.call("POST", path, json=[{"name": "sum"}]), BAD)
    assert refused(await raw.call("PUT", path, json=[{"name": "hat"}]), MISSING)
    assert refused(await raw.call("DELETE", path, json=["hat"]), MISSING)
    assert refused(await raw.call("DELETE", path, json=["number"]), BAD)
    for method, body in (("POST", [{"name": "a"}]), ("PUT", [{"name": "a"}]), ("DELETE", ["a"])):
        assert refused(await raw.call(method, f"{V1}/schema/co-9999/field", json=body), MISSING)


async def test_datasets_are_known_by_id_and_by_name(raw: Raw) -> None:
    """They are created, shown, changed with POST and deleted; one of a schema is its default."""
    data, _ = await made(raw, ROWS)
    schema = data.rpartition("/")[0]
    await raw.call("POST", schema, json={"name": "2027", "description": "Next", "isDefault": True})
    named = (await raw.get(f"{schema}/2026")).json
    assert named == (await raw.get(data)).json
    assert (named["name"], named["isDefault"], named["rowCount"]) == ("2026", False, 3)
    await raw.call("POST", f"{schema}/2026", json={"name": "old", "isDefault": True})
    listed = (await raw.get(f"{schema}/all")).json["datasets"]
    assert [(each["name"], each["isDefault"]) for each in listed] == [("old", True), ("2027", False)]
    assert (await raw.get(f"{V1}/data/all")).json["datasets"] == listed
    assert (await raw.call("DELETE", f"{schema}/2027")).status == 200
    assert len((await raw.get(f"{schema}/all")).json["datasets"]) == 1


async def test_datasets_that_cannot_be_are_refused(raw: Raw) -> None:
    """Each call has the statuses that are documented for it, which differ."""
    data, _ = await made(raw)
    schema = data.rpartition("/")[0]
    await raw.call("POST", schema, json={"name": "2027"})
    assert refused(await raw.call("POST", schema, json={"name": "2027"}), BAD)
    assert refused(await raw.call("POST", schema, json={"name": " "}), BAD)
    assert refused(await raw.call("POST", data, json={"name": "2027"}), CONFLICT)
    assert refused(await raw.call("POST", data, json={"name": ""}), BAD)
    assert refused(await raw.call("POST", f"{schema}/hat", json={}), MISSING)
    assert refused(await raw.get(f"{schema}/hat"), MISSING)
    assert refused(await raw.call("DELETE", f"{schema}/hat"), BAD)
    nowhere = f"{V1}/data/co-9999"
    assert refused(await raw.get(f"{nowhere}/all"), BAD)
    assert refused(await raw.call("POST", nowhere, json={"name": "a"}), BAD)
    assert refused(await raw.get(f"{nowhere}/a"), MISSING)


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "schema/all", "schemas"),
        ("GET", "schema/co-0001", "schema"),
        ("DELETE", "schema/all", "delete_schemas"),
        ("DELETE", "schema/co-0001", "delete_schema"),
        ("GET", "data/all", "datasets"),
        ("GET", "data/co-0001/all", "datasets_of"),
        ("GET", "data/co-0001/ds-0001", "dataset"),
        ("GET", "data/status/15959711", "job_status"),
        ("GET", "data/report/15959711", "job_report"),
        ("POST", "data/co-0001", "create_dataset"),
        ("POST", "data/co-0001/validate", "validate_file"),
        ("POST", "data/co-0001/ds-0001", "update_dataset"),
        ("POST", "query/joinWithOtherPreflight", "warm_query_cache"),
        ("POST", "query/co-0001/ds-0001/joinWithOther", "query"),
        ("POST", "query/co-0001/ds-0001/joinWithOtherInternal", "query_internal"),
    ],
)
async def test_words_of_the_api_come_before_ids(raw: Raw, method: str, path: str, route: str) -> None:
    """``all``, ``status``, ``report`` and ``validate`` are no ids."""
    await raw.call(method, f"{V1}/{path}")
    assert raw.server.calls[-1].route == f"custom_data.{route}"


async def test_all_schemas_are_deleted_at_once(raw: Raw) -> None:
    """With their datasets and rows; numbers are not used again."""
    data, _ = await made(raw, ROWS)
    assert (await raw.call("DELETE", f"{V1}/schema/all", params={"hard": "true"})).status == 200
    assert (await raw.get(f"{V1}/data/all")).json == {"datasets": []}
    assert refused(await raw.get(data), MISSING)
    assert (await raw.call("POST", f"{V1}/schema", json=ORDER)).json["id"] == "co-0002"


@pytest.mark.parametrize("path", ["schema/all", "data/all", "data/status/1"])
async def test_another_account_and_a_bad_token_are_refused(raw: Raw, path: str) -> None:
    """Like anywhere else on the platform."""
    assert (await raw.get(f"/custom-objects/v1/7/{path}")).status == 403
    raw.bearer = "unknown"
    assert (await raw.get(f"{V1}/{path}")).status == 401
