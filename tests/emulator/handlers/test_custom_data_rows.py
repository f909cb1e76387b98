"""The rows of custom objects by plain HTTP: ingests, their jobs and reports, deletions and queries.

No answer but a refusal is published, so of the others only what the emulator itself promises is looked at.
"""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk.emulator import FailJob, Fault, JobSays, LoseJob
from tests.emulator.custom_data import (
    BAD,
    CONFLICT,
    MISSING,
    ROWS,
    V1,
    done,
    found,
    ingested,
    made,
    numbers,
    refused,
)
from tests.emulator.driver import Raw


@pytest.mark.parametrize("mode", ["UPSERT", "upsert"])
async def test_an_upsert_goes_by_the_unique_fields(raw: Raw, mode: str) -> None:
    """Rows that are there are updated, and keep what is not sent; modes may be in lower case."""
    data, query = await made(raw, ROWS)
    told = await ingested(raw, data, [{"number": 3, "sum": 25}, {"number": "4", "sum": 5}], mode)
    assert (told["inserted"], told["updated"], told["rejected"]) == (1, 1, 0)
    assert "report" not in told
    rows = await found(raw, query, selectFields=["co.number", "co.sum", "co.buyer"])
    assert rows[2] == {"co.number": 3, "co.sum": 25, "co.buyer": "Ada"}
    assert len(rows) == 4


async def test_replace_and_delete(raw: Raw) -> None:
    """REPLACE leaves what was sent, DELETE takes what was sent."""
    data, query = await made(raw, ROWS)
    told = await ingested(raw, data, [{"number": "7", "sum": 1}, {"number": "8", "sum": 1}], "REPLACE")
    assert (told["deleted"], told["inserted"], await numbers(raw, query)) == (3, 2, ["7", "8"])
    told = await ingested(raw, data, [{"number": "7"}, {"number": "9"}], "DELETE")
    assert (told["deleted"], told["rejected"], await numbers(raw, query)) == (1, 1, ["8"])


async def test_rows_that_do_not_fit_stop_all_or_are_reported(raw: Raw) -> None:
    """With abortOnInvalidRow the call is a conflict; without it the rest goes in, and a report tells of them."""
    data, query = await made(raw)
    rows = [{"number": "1", "sum": 1}, {"number": "2"}, {"number": "3", "sum": 3, "hat": 1}, 7]
    aborting = {"ingestMode": "UPSERT", "abortOnInvalidRow": "true"}
    answer = await raw.call("POST", f"{data}/json", params=aborting, json=rows)
    assert refused(answer, CONFLICT)
    assert answer.json["errorList"][0] == "Row 2: Missing value: sum"
    assert len(answer.json["errorList"]) == 3
    told = await ingested(raw, data, rows)
    assert (told["inserted"], told["rejected"], await numbers(raw, query)) == (1, 3, ["1"])
    report = await raw.get(told["report"])
    assert (report.status, report.headers["Content-Type"]) == (200, "application/octet-stream")
    assert report.body.decode().splitlines()[:3] == [
        "row,problem",
        "2,Missing value: sum",
        "3,Unknown field: hat",
    ]


async def test_a_job_is_pending_then_running_then_complete(raw: Raw) -> None:
    """A report is there only at the end; nothing is known of jobs that there are none of."""
    data, _ = await made(raw)
    asked = {"ingestMode": "UPSERT", "abortOnInvalidRow": "true"}
    job = (await raw.call("POST", f"{data}/json", params=asked, json=ROWS)).json["jobId"]
    status, report = f"{V1}/data/status/{job}", f"{V1}/data/report/{job}"
    assert (await raw.get(status)).json == {"jobId": job, "status": "PENDING"}
    raw.server.clock.advance(0.5)
    assert (await raw.get(status)).json["status"] == "RUNNING"
    assert refused(await raw.get(report), BAD)
    raw.server.clock.advance(1)
    assert (await raw.get(status)).json["status"] == "COMPLETE"
    assert (await raw.get(report)).body == b"row,problem\r\n"
    for word in ("status", "report"):
        assert refused(await raw.get(f"{V1}/data/{word}/1"), BAD)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (FailJob("Out of space"), {"status": "FAILED", "errorMessage": "Out of space"}),
        (JobSays("ABORTED"), {"status": "ABORTED"}),
        (LoseJob(), {"status": BAD}),
    ],
    ids=["failed", "said", "lost"],
)
async def test_jobs_do_what_the_script_says(raw: Raw, fault: Fault, told: dict[str, str]) -> None:
    """They fail, speak, and are forgotten like the jobs of lists."""
    data, _ = await made(raw)
    raw.server.faults.add(fault, on="custom_data.ingest_rows")
    seen = await ingested(raw, data, ROWS)
    assert {key: seen[key] for key in told} == told
    if "report" in seen:
        assert b"Out of space" in (await raw.get(seen["report"])).body


async def test_files_are_csv_or_json(raw: Raw) -> None:
    """The first line of CSV names the fields; UPSERT and CSV are what is meant if nothing is said."""
    data, query = await made(raw)
    told = await done(raw, await raw.multipart("POST", f"{data}/file", "number,sum\n1,2\n2,\n3\n4,5\n"))
    assert (told["inserted"], told["rejected"], await numbers(raw, query)) == (2, 2, ["1", "4"])
    told = await done(raw, await raw.multipart("POST", f"{data}/file?fileType=json", b'[{"number": 1, "sum": 9}]'))
    assert (told["updated"], told["inserted"]) == (1, 0)
    assert [row["co.sum"] for row in await found(raw, query)] == [9, "5"]
    assert list(raw.server.spooled_files()) == []


async def test_a_file_can_delete_the_dataset(raw: Raw) -> None:
    """With DELETE_DATASET nothing is left of it."""
    data, _ = await made(raw, ROWS)
    told = await done(raw, await raw.multipart("POST", f"{data}/file?ingestMode=DELETE_DATASET", "number\n"))
    assert (told["status"], told["deleted"]) == ("COMPLETE", 3)
    assert refused(await raw.get(data), MISSING)


async def test_files_are_validated(raw: Raw) -> None:
    """A file that does not fit the schema, or is none, is a conflict; nothing is ingested."""
    data, query = await made(raw)
    path = f"{data.rpartition('/')[0]}/validate"
    assert (await raw.multipart("POST", path, "number,sum\n1,2\n")).told == (200, {"valid": True, "rows": 1})
    assert refused(await raw.multipart("POST", path, "number,hat\n1,2\n"), CONFLICT)
    assert (await raw.multipart("POST", path, "[]", fileType="json")).json["rows"] == 0
    for odd in ("{}", "[", "number\n1\n", "[7]"):
        assert refused(await raw.multipart("POST", path, odd, fileType="json"), CONFLICT)
    assert await numbers(raw, query) == []
    assert refused(await raw.multipart("POST", f"{V1}/data/co-9999/validate", "a\n"), BAD)
    abort = f"{data}/file?abortOnInvalidRow=true"
    assert refused(await raw.multipart("POST", abort, "number,hat\n1,2\n"), CONFLICT)
    assert list(raw.server.spooled_files()) == []


async def test_an_ingest_can_create_its_dataset(raw: Raw) -> None:
    """Only when asked for, and only where there is none of the name."""
    data, _ = await made(raw)
    fresh = f"{data.rpartition('/')[0]}/2027"
    asked = {"ingestMode": "UPSERT", "abortOnInvalidRow": "false"}
    assert refused(await raw.call("POST", f"{fresh}/json", params=asked, json=ROWS), BAD)
    await ingested(raw, fresh, ROWS, createNewDataset="true", description="Next")
    assert (await raw.get(fresh)).json["rowCount"] == 3
    assert (await raw.get(fresh)).json["description"] == "Next"
    asked["createNewDataset"] = "true"
    assert refused(await raw.call("POST", f"{fresh}/json", params=asked, json=ROWS), BAD)
    assert refused(await raw.call("POST", f"{V1}/data/co-9999/a/json", params=asked, json=ROWS), BAD)


async def test_rows_are_deleted_by_id_and_by_range(raw: Raw) -> None:
    """The ids are those that a query gives under sys.id."""
    data, query = await made(raw, [{"number": str(number), "sum": 1} for number in range(6)])
    ids = [row["co.sys.id"] for row in await found(raw, query)]
    answer = await raw.call("DELETE", f"{data}/ids", json={"ids": f"{ids[0]},{ids[2]},999"})
    assert answer.told == (200, {"deleted": 2})
    answer = await raw.call("DELETE", f"{data}/ids", json={"firstId": ids[3], "lastId": ids[4]})
    assert (answer.json, await numbers(raw, query)) == ({"deleted": 2}, ["1", "5"])
    for odd in ({}, {"ids": "a"}, {"ids": 7}, {"firstId": ids[1]}, {"firstId": "a", "lastId": "b"}):
        assert refused(await raw.call("DELETE", f"{data}/ids", json=odd), BAD)
    assert refused(await raw.call("DELETE", f"{V1}/data/co-9999/a/ids", json={"ids": "1"}), BAD)


async def test_a_query_selects_sorts_and_searches(raw: Raw) -> None:
    """Fields carry their prefix; contacts are not joined, so theirs are empty."""
    _, query = await made(raw, ROWS)
    assert set((await found(raw, query))[0]) == {
        "co.sys.id",
        "co.sys.createdAt",
        "co.number",
        "co.sum",
        "co.buyer",
    }
    asked = {"selectFields": ["co.number", "aoc.email", "aoc.*"], "sortFields": [{"field": "co.sum"}]}
    assert await found(raw, query, **asked) == [{"co.number": each, "aoc.email": None} for each in "231"]
    greatest = [{"field": "co.buyer"}, {"field": "co.sum", "direction": "desc"}]
    rows = await found(raw, query, selectFields=["co.number"], sortFields=greatest)
    assert [row["co.number"] for row in rows] == ["1", "2", "3"]
    assert [row["co.number"] for row in await found(raw, query, searchTerm="aDa")] == ["3"]
    internal = await raw.call("POST", f"{query}Internal", json={"searchTerm": "aDa"})
    assert [row["co.number"] for row in internal.json["data"]] == ["3"]
    assert (await raw.call("POST", query.partition("/query")[0] + "/query/joinWithOtherPreflight")).status == 200


async def test_a_query_comes_in_pages(raw: Raw) -> None:
    """By number from 0, or by a token; the last page has none."""
    _, query = await made(raw, ROWS)

    async def page(**pagination: Any) -> tuple[list[str], Any]:
        body = {"selectFields": ["co.number"], "pagination": pagination}
        told = (await raw.call("POST", query, json=body)).json
        return [row["co.number"] for row in told["data"]], told["pagination"].get("nextPageToken")

    assert await page(page=0, size=2) == (["1", "2"], None)
    assert await page(page=1, size=2, pageStrategy="OFFSET") == (["3"], None)
    assert await page(page=9, size=2) == ([], None)
    first, token = await page(size=2, pageStrategy="CURSOR")
    assert (first, await page(size=2, pageStrategy="CURSOR", nextPageToken=token)) == (["1", "2"], (["3"], None))


@pytest.mark.parametrize(
    "wrong",
    [
        {"selectFields": ["number"]},
        {"selectFields": ["co.hat"]},
        {"selectFields": "co.*"},
        {"selectFields": ["co.number"] * 2001},
        {"sortFields": [{"direction": "asc"}]},
        {"sortFields": [{"field": "co.sum", "direction": "up"}]},
        {"sortFields": [{"field": "co.sum"}] * 11},
        {"searchTerm": 7},
        {"filterExpression": "co.sum > 1"},
        {"datetimeFieldsTimezone": "Atlantis/Capital"},
        {"pagination": {"page": -1}},
        {"pagination": {"size": 0}},
        {"pagination": {"pageStrategy": "BOTH"}},
        {"pagination": {"pageStrategy": "CURSOR", "nextPageToken": "odd"}},
    ],
)
async def test_a_bad_query_is_refused(raw: Raw, wrong: dict[str, Any]) -> None:
    """Also one with a filter, for to leave it out would give wrong rows."""
    _, query = await made(raw)
    assert refused(await raw.call("POST", query, json=wrong), BAD)
    assert refused(await raw.call("POST", f"{query}Internal", json=wrong), BAD)


async def test_a_query_of_nothing_is_not_found(raw: Raw) -> None:
    """Neither an unknown object nor an unknown dataset has rows."""
    data, _ = await made(raw)
    schema = data.split("/")[-2]
    for path in ("co-9999/ds-0001", f"{schema}/ds-9999"):
        for last in ("joinWithOther", "joinWithOtherInternal"):
            assert refused(await raw.call("POST", f"{V1}/query/{path}/{last}", json={}), MISSING)
