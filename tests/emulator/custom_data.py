"""Custom data that the contract tests share: a schema, its rows, and how to bring them in by plain HTTP."""

from __future__ import annotations

from typing import Any

from tests.emulator.driver import Answered, Raw

V1 = "/custom-objects/v1/12345"
ORDER = {
    "name": "Order",
    "fields": [{"name": "number", "type": "STRING"}, {"name": "sum"}, {"name": "buyer"}],
    "requiredFields": ["sum"],
    "uniqueFieldSet": ["number"],
}
ROWS = [{"number": "1", "sum": 30}, {"number": "2", "sum": 10}, {"number": "3", "sum": 20, "buyer": "Ada"}]


def refused(answer: Answered, status: str) -> bool:
    """Whether an answer is a refusal of that status in the documented envelope."""
    body = answer.json
    assert set(body) == {"errorId", "requestUri", "errorMessage", "errorList", "status"}
    assert isinstance(body["errorList"], list)
    assert body["errorMessage"]
    return (answer.status, body["status"]) == (int(status[:3]), status)


BAD, MISSING, CONFLICT = "400 BAD_REQUEST", "404 NOT_FOUND", "409 CONFLICT"


async def made(raw: Raw, rows: Any = ()) -> tuple[str, str]:
    """A schema with a dataset and rows; gives the paths of its data and of queries."""
    schema = (await raw.call("POST", f"{V1}/schema", json=ORDER)).json["id"]
    dataset = (await raw.call("POST", f"{V1}/data/{schema}", json={"name": "2026"})).json["id"]
    data = f"{V1}/data/{schema}/{dataset}"
    if rows:
        await ingested(raw, data, rows)
    return data, f"{V1}/query/{schema}/{dataset}/joinWithOther"


async def ingested(raw: Raw, data: str, rows: Any, mode: str = "UPSERT", **query: str) -> dict[str, Any]:
    """What the job tells that has put rows into a dataset."""
    asked = {"ingestMode": mode, "abortOnInvalidRow": "false", **query}
    return await done(raw, await raw.call("POST", f"{data}/json", params=asked, json=rows))


async def done(raw: Raw, begun: Answered) -> dict[str, Any]:
    """What a job tells once its time has passed."""
    assert begun.status == 200, begun.body
    raw.server.clock.advance(2)
    told: dict[str, Any] = (await raw.get(f"{V1}/data/status/{begun.json['jobId']}")).json
    return told


async def found(raw: Raw, query: str, **body: Any) -> list[dict[str, Any]]:
    """The rows that a query gives."""
    answer = await raw.call("POST", query, json=body)
    assert answer.status == 200, answer.body
    rows: list[dict[str, Any]] = answer.json["data"]
    return rows


async def numbers(raw: Raw, query: str) -> list[str]:
    """The numbers of all rows."""
    return [row["co.number"] for row in await found(raw, query, selectFields=["co.number"])]
