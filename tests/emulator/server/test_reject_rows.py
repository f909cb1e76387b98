"""Rows that a test wants to have rejected: by the address, by another cell, or by a function."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk.emulator import RejectRows, SlowJob
from asyncsdk.models import ImportDefinition, ImportMapping
from tests.emulator.custom_data import done, ingested, made, numbers
from tests.emulator.driver import CITY, EMAIL, FIRST, Raw
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

FILE = (
    "Email,First Name,City\r\nada@example.com,Ada,London\r\nbob@example.org,Bob,Rome\r\n"
    "kay@example.com,Kay,Atlantis\r\n"
)
SPECS = (EMAIL, FIRST, CITY)


async def rejects(raw: Raw, details: dict[str, Any]) -> str:
    """The file of rejected rows."""
    answer = await raw.get("/api/1/list/rejectedUploadRecords", filename=details["rejectedRecordsUrl"])
    return answer.body.decode()


@pytest.mark.parametrize(
    ("fault", "rejected"),
    [
        (RejectRows("BOB@example.org"), ["bob@example.org"]),
        (RejectRows(lambda email: email.endswith("@example.com")), ["ada@example.com", "kay@example.com"]),
        (RejectRows("atlantis", column="City"), ["kay@example.com"]),
        (RejectRows(lambda name: len(name) == 3, column="First Name"), ["ada@", "bob@", "kay@"]),
        (RejectRows("Atlantis", column="Town"), []),
        (RejectRows("nobody@example.com"), []),
    ],
    ids=["an address", "some addresses", "a cell", "some cells", "no such column", "no such address"],
)
async def test_rows_of_a_list_are_rejected_by_a_cell(raw: Raw, fault: RejectRows, rejected: list[str]) -> None:
    """They are counted, are in the file of rejected rows as they were, and the others come into the list."""
    raw.server.faults.add(fault, on="lists.create")
    details = await raw.done(await raw.create(FILE, SPECS))
    assert (details["appendCount"], details["rejectedCount"]) == (3 - len(rejected), len(rejected))
    lines = (await rejects(raw, details)).splitlines() if rejected else []
    assert len(lines) == (len(rejected) + 1 if rejected else 0)
    for line, address in zip(lines[1:], rejected, strict=True):
        assert line.startswith(address)
        assert line in FILE
    assert not any(row[0].startswith(tuple(rejected)) for row in raw.server.rows("l-0001"))


async def test_rows_are_rejected_for_a_reason(raw: Raw) -> None:
    """The reason stands in a last column; rows that are rejected anyway have none."""
    leads = raw.server.add_list("Leads", [("Email", "EMAIL"), ("First Name", None), ("City", None)])
    raw.server.faults.add(
        RejectRows("bob@example.org", reason="No such domain"),
        RejectRows("Atlantis", column="City", reason="No such city"),
        on="lists.merge",
    )
    details = await raw.done(await raw.merge(leads, f"{FILE}nobody,N\r\n", SPECS))
    assert (details["appendCount"], details["rejectedCount"]) == (1, 3)
    assert await rejects(raw, details) == (
        "Email,First Name,City,Reason\r\nbob@example.org,Bob,Rome,No such domain\r\n"
        "kay@example.com,Kay,Atlantis,No such city\r\nnobody,N,,\r\n"
    )


async def test_rejections_happen_on_so_many_uploads_as_was_said(raw: Raw) -> None:
    """They are used up by the uploads that they are put on, by the side of what happens to the job."""
    raw.server.faults.add(RejectRows("ada@example.com"), on="lists.merge", times=2)
    raw.server.faults.add(SlowJob(0, 1), on="lists.merge")
    leads = (await raw.done(await raw.create(FILE, SPECS)))["listId"]
    counts = [(await raw.done(await raw.merge(leads, FILE, SPECS)))["rejectedCount"] for _ in range(3)]
    assert counts == [1, 1, 0]
    assert raw.server.faults.left == 0
    raw.server.faults.add(RejectRows("ada@example.com"), on="lists.merge", times=2)
    raw.server.faults.clear()
    assert (await raw.done(await raw.merge(leads, FILE, SPECS)))["rejectedCount"] == 0


async def test_refused_uploads_use_up_no_rejection(raw: Raw) -> None:
    """Columns that the list does not have are refused before any row is looked at."""
    leads = raw.server.add_list("Leads", [("Email", "EMAIL")])
    raw.server.faults.add(RejectRows("ada@example.com"), on="lists.merge")
    assert (await raw.merge(leads, FILE, SPECS)).status == 400
    assert raw.server.faults.left == 1


async def test_opt_outs_are_rejected(raw: Raw) -> None:
    """The address is not suppressed, and counts as rejected."""
    raw.server.faults.add(RejectRows("ada@example.com"), on="lists.add_opt_outs")
    told = (await raw.multipart("PUT", "/api/1/list/optout", "ada@example.com\nbob@example.org\n")).json
    assert told["rejectedRecords"] == 1
    assert (await rejects(raw, told)).splitlines() == ["ada@example.com"]
    assert [each["email"] for each in (await raw.get("/api/1/list/optout")).json["result"]] == ["bob@example.org"]


async def test_events_are_rejected(raw: Raw) -> None:
    """By the address or by a heading of the file."""
    raw.server.faults.add(
        RejectRows("ada@example.com"), RejectRows("Fair", column="Title"), on="events.upload", times=2
    )
    fields = {"destination": "Fairs", "customeventaction": "CUSTOM_GENERAL", "dateformat": "yyyy-MM-dd"}
    form = {"fieldseparator": "COMMA", "quotecharacter": "DOUBLE_QUOTE", "firstrow": "Y"}
    columns = {"emailcolidx": "0", "datecolidx": "1", "titlecolidx": "2"}
    file = "Email,Date,Title\nada@example.com,2026-01-01,Show\nbob@example.org,2026-01-01,Fair\n"
    submitted = await raw.multipart(
        "POST", "/api/1/customevents", f"{file}kay@example.com,2026-01-01,Show\nx\n", **fields, **form, **columns
    )
    assert submitted.status == 200, submitted.body
    raw.server.clock.advance(2)
    told = (await raw.get(f"/api/1/customevents/{submitted.json['jobId']}/status")).json["details"]
    assert (told["appendCount"], told["rejectedCount"]) == (1, 3)


@virtual_time
async def test_imported_rows_are_rejected() -> None:
    """By the address or by a heading of the file; they make no contact."""
    async with stage() as (server, acton):
        server.faults.add(RejectRows("ada@example.com"), RejectRows("Kay", column="Name"), on="imports.start")
        mappings = [ImportMapping("email", "Email"), ImportMapping("Name", "First Name")]
        made = await acton.imports.define(definition=ImportDefinition("Leads", mappings))
        assert made.id is not None
        file = b"email,Name\nada@example.com,Ada\nkay@example.com,Kay\nbob@example.org,Bob\n"
        report = await (await acton.imports.start(made.id, file=file))
        assert (report.created, report.rejected) == (1, 2)


async def test_ingested_rows_are_rejected(raw: Raw) -> None:
    """By any field; the reason is told in the report."""
    data, query = await made(raw)
    raw.server.faults.add(RejectRows("2", column="number", reason="Not today"), on="custom_data.ingest_rows")
    told = await ingested(raw, data, [{"number": str(number), "sum": 1} for number in (1, 2, 3)])
    assert (told["inserted"], told["rejected"], await numbers(raw, query)) == (2, 1, ["1", "3"])
    assert b"2,Not today" in (await raw.get(told["report"])).body


async def test_ingested_rows_are_rejected_by_the_address_that_the_schema_names(raw: Raw) -> None:
    """A schema without an address has no row that is rejected by it."""
    fields = [{"name": "id"}, {"name": "mail"}]
    schema = {"name": "Visit", "fields": fields, "uniqueFieldSet": ["id"], "primaryEmailField": "mail"}
    created = (await raw.call("POST", "/custom-objects/v1/12345/schema", json=schema)).json["id"]
    path = f"/custom-objects/v1/12345/data/{created}/2026/json"
    asked = {"ingestMode": "UPSERT", "abortOnInvalidRow": "false", "createNewDataset": "true"}
    raw.server.faults.add(RejectRows("ada@example.com"), on="custom_data.*")
    rows = [{"id": "1", "mail": "ada@example.com"}, {"id": "2", "mail": "bob@example.org"}, {"id": "3"}]
    told = await done(raw, await raw.call("POST", path, params=asked, json=rows))
    assert (told["inserted"], told["rejected"]) == (2, 1)
    data, query = await made(raw)
    raw.server.faults.add(RejectRows("1"), on="custom_data.*")
    told = await ingested(raw, data, [{"number": "1", "sum": 1}])
    assert (told["inserted"], told["rejected"], await numbers(raw, query)) == (1, 0, ["1"])
