"""Custom data in the console's JSON."""

from __future__ import annotations

import pytest

from tests.emulator.console.client import ConsoleClient
from tests.emulator.custom_data import ORDER, ROWS, V1, made
from tests.emulator.driver import Raw


async def test_objects_are_listed_with_their_datasets(console: ConsoleClient, raw: Raw) -> None:
    """The fields of each object, and how many rows each of its datasets has."""
    await made(raw, ROWS)
    (told,) = (await console.get("/custom-data"))["objects"]
    assert told == {
        "id": "co-0001",
        "name": "Order",
        "description": None,
        "fields": [
            {"id": "f-1", "name": "number", "type": "STRING"},
            {"id": "f-2", "name": "sum"},
            {"id": "f-3", "name": "buyer"},
        ],
        "required": ["sum"],
        "unique": ["number"],
        "datasets": [{"id": "ds-0001", "name": "2026", "description": None, "is_default": True, "size": 3}],
    }


async def test_rows_are_paged_and_searched(console: ConsoleClient, raw: Raw) -> None:
    """Rows come as they were sent, of the default dataset or a named one; a search looks into all values."""
    await made(raw, ROWS)
    now = raw.server.clock.milliseconds()
    told = await console.get("/custom-data/Order/rows", offset=1, count=1)
    assert (told["total"], told["object"], told["dataset"]) == (3, "co-0001", "ds-0001")
    assert told["fields"] == ["number", "sum", "buyer"]
    (row,) = told["rows"]
    assert (row["id"], row["cells"]) == ("2", {"number": "2", "sum": 10})
    assert row["created_time"] == row["modified_time"] <= now
    found = await console.get("/custom-data/co-0001/rows", dataset="2026", search="aDA")
    assert (found["total"], [each["cells"]["number"] for each in found["rows"]]) == (1, ["3"])
    found = await console.get("/custom-data/co-0001/rows", dataset="ds-0001", search="0", offset=2)
    assert (found["total"], [each["cells"]["number"] for each in found["rows"]]) == (3, ["3"])


async def test_an_object_without_a_dataset_has_no_rows(console: ConsoleClient, raw: Raw) -> None:
    """It is there, and empty."""
    await raw.call("POST", f"{V1}/schema", json=ORDER)
    told = await console.get("/custom-data/Order/rows")
    assert (told["total"], told["dataset"], told["rows"]) == (0, None, [])


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/custom-data/Oder/rows", "Did you mean Order?"),
        ("/custom-data/co-0009/rows", "There is no custom object 'co-0009'."),
        ("/custom-data/Order/rows?dataset=2025", "Did you mean 2026?"),
        ("/custom-data/%FF%00/rows", "There is no custom object"),
    ],
)
async def test_what_is_not_there_is_404(console: ConsoleClient, raw: Raw, path: str, said: str) -> None:
    """The sentence names what is near."""
    await made(raw)
    status, sentence = await console.refused("GET", path)
    assert status == 404
    assert said in sentence
