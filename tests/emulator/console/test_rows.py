"""Rows of lists in the console's JSON."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast
from urllib.parse import quote

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.emulator import Emulator
from asyncsdk.emulator.console.api.rows import read_all
from asyncsdk.emulator.console.messages import ConsoleError, ConsoleRequest
from asyncsdk.emulator.state.cell_search import CellSearch
from tests.emulator.console.client import ConsoleClient
from tests.emulator.driver import Raw

ROWS = [
    ["ada@example.com", "<script>alert(1)</script>", "Zürich"],
    ["alan@example.com", 'Al"an, \\', "Straße"],
    ["grace@example.com", "Grace", "ZÜRICH"],
]


@pytest.fixture
def leads(server: Emulator) -> str:
    """A list with three rows."""
    return server.add_list("Leads", ["Email", ("First Name", "FIRSTNAME"), "City"], ROWS)


async def test_rows_come_as_they_are(console: ConsoleClient, server: Emulator, leads: str) -> None:
    """Cells, ids and times of rows, with the columns; a contact named ``<script>`` comes back as it is."""
    now = server.clock.milliseconds()
    page = await console.get(f"/lists/{leads}/rows?offset=0&count=2")
    assert page == {
        "total": 3,
        "columns": [
            {"heading": "Email", "type": "EMAIL"},
            {"heading": "First Name", "type": "FIRSTNAME"},
            {"heading": "City", "type": None},
        ],
        "rows": [
            {"id": "l-0001:0", "cells": ROWS[0], "created_time": now, "modified_time": now},
            {"id": "l-0001:1", "cells": ROWS[1], "created_time": now, "modified_time": now},
        ],
    }
    assert await console.get(f"/lists/{leads}/rows/l-0001:1") == page["rows"][1]
    assert await console.get(f"/lists/{leads}/rows/l-0001%3A1") == page["rows"][1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GRACE", [2]),
        ("zürich", [0, 2]),
        ("STRASSE", [1]),
        ("<Script>", [0]),
        ('al"AN, \\', [1]),
        (", ", [1]),
        ('", "', []),
        ("[", []),
        ("example.com", [0, 1, 2]),
        ("\x00", []),
        ("%", []),
        ("nobody", []),
    ],
)
async def test_search_looks_into_every_cell(
    console: ConsoleClient, leads: str, text: str, found: list[int]
) -> None:
    """Upper and lower case are one, beyond ASCII too; what stands between stored cells is never found."""
    page = await console.get(f"/lists/{leads}/rows?search={quote(text)}")
    assert [each["cells"] for each in page["rows"]] == [ROWS[place] for place in found]
    assert page["total"] == len(found)


TEXTS = st.text() | st.text(alphabet='"[], \\/nu0a\nẞßSΣς', max_size=6)


@pytest.mark.slow
@given(st.lists(TEXTS, max_size=4), TEXTS)
def test_search_is_what_reading_every_cell_gives(cells: list[str], text: str) -> None:
    """For any cells and text, the search of stored cells finds what a look at each cell finds."""
    stored = json.dumps(cells, ensure_ascii=False)
    assert CellSearch(text).finds(stored) == any(text.casefold() in cell.casefold() for cell in cells)


async def test_search_is_paged(console: ConsoleClient, server: Emulator) -> None:
    """A page of what is found begins at its offset among what is found; the total is of all that is found."""
    listed = server.add_list(
        "Many", ["Email"], [[f"{'odd' if each % 2 else 'even'}-{each}"] for each in range(5000)]
    )
    page = await console.get(f"/lists/{listed}/rows?search=odd&offset=1500&count=2")
    assert page["total"] == 2500
    assert [each["cells"] for each in page["rows"]] == [["odd-3001"], ["odd-3003"]]


@frozen
class _Search:
    """What the endpoint asks a request for."""

    path: dict[str, str]
    query: dict[str, str] = field(factory=lambda: {"search": "a"})

    def number(self, _: str, default: int, __: int) -> int:
        return default


async def test_a_list_deleted_during_a_search_is_404(server: Emulator) -> None:
    """A search that a delete overtakes says that there is no list, and fails in no other way."""
    listed = server.add_list("Many", ["Email"], [[f"a{each}"] for each in range(5000)])
    request = cast("ConsoleRequest", _Search({"list_id": listed}))
    searching = asyncio.ensure_future(read_all(server, request))
    await asyncio.sleep(0)  # it has looked at the first rows
    assert not searching.done()
    server.remove_list(listed)
    with pytest.raises(ConsoleError) as told:
        await searching
    assert told.value.status == 404


async def test_pages_after_deleted_rows(console: ConsoleClient, server: Emulator) -> None:
    """Offsets count the rows that there are, also where rows in between were deleted."""
    listed = server.add_list("Many", ["Email"], [[f"a{each}"] for each in range(10)])
    for row in (0, 4):
        assert (await console.ask("DELETE", f"/lists/{listed}/rows/{listed}:{row}")).told == (200, {"deleted": 1})
    page = await console.get(f"/lists/{listed}/rows?offset=2&count=3")
    assert (page["total"], [each["cells"][0] for each in page["rows"]]) == (8, ["a3", "a5", "a6"])


async def test_rows_are_added_all_or_none(console: ConsoleClient, server: Emulator, leads: str) -> None:
    """Rows as arrays or objects go to the end, and their ids are told; one wrong row keeps all of them out."""
    added = await console.ask("POST", f"/lists/{leads}/rows", {"rows": [["b@example.com"], {"City": "Rome"}]})
    assert added.told == (200, {"added": 2, "ids": [f"{leads}:3", f"{leads}:4"]})
    assert server.rows(leads)[3:] == [["b@example.com", "", ""], ["", "", "Rome"]]
    told = await console.refused("POST", f"/lists/{leads}/rows", {"rows": [["c@example.com"], {"Ctiy": "Rome"}]})
    assert told == (400, "Row 2: there is no column 'Ctiy'. Did you mean City?")
    assert (await console.refused("POST", f"/lists/{leads}/rows", {}))[0] == 400
    assert len(server.rows(leads)) == 5


async def test_cells_are_changed_by_heading(console: ConsoleClient, server: Emulator, raw: Raw, leads: str) -> None:
    """Only the named cells change, the row keeps its time of creation, and the API finds it by the new address."""
    created = server.clock.milliseconds()
    server.clock.advance(10)
    path = f"/lists/{leads}/rows/{leads}:1"
    row = (await console.ask("PATCH", path, {"cells": {"email": "turing@example.com", "City": "<b>"}})).json
    assert row == {
        "id": f"{leads}:1",
        "cells": ["turing@example.com", 'Al"an, \\', "<b>"],
        "created_time": created,
        "modified_time": created + 10_000,
    }
    assert (await console.get(f"/lists/{leads}"))["modified_time"] == created + 10_000
    found = await raw.get(f"/api/1/list/lookup/{leads}", email="turing@example.com")
    assert found.json["contactID"] == f"{leads}:1"
    assert (await console.ask("PATCH", path, {"cells": ["t@example.com", "Alan"]})).json["cells"] == [
        "t@example.com",
        "Alan",
        "",
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"cells": {"Ctiy": "Rome"}}, "Did you mean City?"),
        ({"cell": {"City": "Rome"}}, "Did you mean cells?"),
        ({"cells": {"City": 5}}, "cell of type int"),
        ({"cells": {"City": None}}, "cell of type NoneType"),
        ({"cells": ["a", "b", "c", "d"]}, "has 4 cells; the list has 3 columns"),
        ({"cells": "Rome"}, "a row is a sequence of cells"),
        ({"cells": 5}, "a row is a sequence of cells"),
        ({}, "a row is a sequence of cells"),
    ],
)
async def test_a_change_that_cannot_be_is_refused(
    console: ConsoleClient, server: Emulator, leads: str, body: Any, said: str
) -> None:
    """The error says what is wrong or names the nearest column, and the row stays as it is."""
    status, sentence = await console.refused("PATCH", f"/lists/{leads}/rows/{leads}:1", body)
    assert status == 400
    assert said in sentence
    assert server.rows(leads) == ROWS


@pytest.mark.parametrize(
    "row_id", ["l-0001:9", "l-0002:1", "1", "l-0001:", "l-0001:-1", "%FF", "..%2F..", "l-0001:fffffffffffffffffff"]
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_a_row_that_is_not_there_is_404(console: ConsoleClient, leads: str, method: str, row_id: str) -> None:
    """Whatever the id, the answer is 404 with a sentence."""
    body = {"cells": {"City": "Rome"}} if method == "PATCH" else None
    assert (await console.refused(method, f"/lists/{leads}/rows/{row_id}", body))[0] == 404


@pytest.mark.parametrize("query", ["offset=-1", "offset=x", "count=1.5", "offset=%D9%A1", f"count={'9' * 30}"])
async def test_a_page_that_cannot_be_is_refused(console: ConsoleClient, leads: str, query: str) -> None:
    """Offsets and counts are whole numbers from 0 on."""
    assert (await console.refused("GET", f"/lists/{leads}/rows?{query}"))[0] == 400
