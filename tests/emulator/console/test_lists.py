"""Lists in the console's JSON."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk.emulator import Emulator
from tests.emulator.console.client import ConsoleClient

LEADS = {
    "name": "Leads",
    "columns": ["Email", ["First Name", "FIRSTNAME"]],
    "rows": [["ada@example.com", "Ada"], {"First Name": "Alan", "Email": "alan@example.com"}],
}


async def test_a_list_is_added_read_and_deleted(server: Emulator, console: ConsoleClient) -> None:
    """What POST made is what GET tells and what Python sees; after DELETE it is 404."""
    made = (await console.ask("POST", "/lists", LEADS)).json
    now = server.clock.milliseconds()
    assert made == {
        "id": "l-0001",
        "name": "Leads",
        "folder": "Default Folder",
        "size": 2,
        "created_time": now,
        "modified_time": now,
        "columns": [{"heading": "Email", "type": "EMAIL"}, {"heading": "First Name", "type": "FIRSTNAME"}],
    }
    assert await console.get("/lists") == {"total": 1, "lists": [made]}
    assert await console.get("/lists/l-0001") == made
    assert server.rows("l-0001") == [["ada@example.com", "Ada"], ["alan@example.com", "Alan"]]
    assert (await console.ask("DELETE", "/lists/l-0001")).told == (200, {"deleted": 1})
    assert server.list_ids() == {}
    assert await console.refused("DELETE", "/lists/l-0001") == (404, "There is no list 'l-0001'.")


async def test_lists_are_paged(server: Emulator, console: ConsoleClient) -> None:
    """A page begins at its offset, has so many lists, and says how many there are in all."""
    for number in range(5):
        server.add_list(f"List {number}", ["Email"])
    page = await console.get("/lists?offset=1&count=2")
    assert (page["total"], [each["name"] for each in page["lists"]]) == (5, ["List 1", "List 2"])
    assert (await console.get("/lists?offset=999999999999999999&count=999999999999999999"))["lists"] == []


async def test_an_id_of_ones_own_takes_no_other_lists_id(server: Emulator, console: ConsoleClient) -> None:
    """An id may be chosen; the emulator gives none that is taken, and refuses one that is."""
    assert (await console.ask("POST", "/lists", {**LEADS, "list_id": "l-0002"})).json["id"] == "l-0002"
    assert (await console.ask("POST", "/lists", LEADS)).json["id"] == "l-0003"
    told = await console.refused("POST", "/lists", {**LEADS, "list_id": "l-0002"})
    assert told == (400, "There is a list l-0002 already.")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"columns": ["Email"]}, "name is a text"),
        ({"name": 5, "columns": ["Email"]}, "name is a text"),
        ({"name": "A"}, "columns are one or more headings"),
        ({"name": "A", "columns": "Email"}, "columns are one or more headings"),
        ({"name": "A", "columns": 5}, "columns are one or more headings"),
        ({"name": "A", "columns": [5]}, "A column is a heading"),
        ({"name": "A", "columns": [["Email", "EMAIL", "more"]]}, "A column is a heading"),
        ({"name": "A", "columns": [{"heading": "Email"}]}, "A column is a heading"),
        ({"name": "A", "columns": [["Email", "EMIAL"]]}, "Did you mean EMAIL?"),
        ({"name": "A", "colums": ["Email"]}, "Did you mean columns?"),
        ({"name": "A", "columns": ["Email"], "rows": 5}, "rows are sequences of cells"),
        ({"name": "A", "columns": ["Email"], "rows": [5]}, "Row 1 is of type int"),
        ({"name": "A", "columns": ["Email"], "rows": [[], [None]]}, "Row 2 has a cell of type NoneType"),
        ({"name": "A", "columns": ["Email"], "rows": [["a", "b"]]}, "Row 1 has 2 cells; the list has 1 columns."),
        ({"name": "A", "columns": ["Email"], "rows": [{"Emial": "a"}]}, "Did you mean Email?"),
        ({"name": "A", "columns": ["Email"], "folder": ["x"]}, "folder is a text"),
        ({"name": "A", "columns": ["Email"], "list_id": 7}, "list_id is a text"),
    ],
)
async def test_a_list_that_cannot_be_is_refused(
    server: Emulator, console: ConsoleClient, body: Any, said: str
) -> None:
    """The error says what is wrong, or names what is near, and no list is made."""
    status, sentence = await console.refused("POST", "/lists", body)
    assert status == 400
    assert said in sentence
    assert server.list_ids() == {}
