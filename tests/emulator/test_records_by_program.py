"""Records of the emulator's lists, changed by the program that runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from asyncsdk import InvalidArgument
from asyncsdk.emulator import Emulator

ROWS = [["ada@example.com", "Rome"], ["alan@example.com", "Paris"]]


async def test_rows_are_added_changed_and_removed(server: Emulator) -> None:
    """Ids come back from adding; a change touches the named cells only; a removed row is gone."""
    leads = server.add_list("Leads", ["Email", "City"], ROWS)
    assert server.add_rows(leads, [{"Email": "grace@example.com"}]) == ["l-0001:2"]
    server.change_row(leads, "l-0001:2", {"city": "Oslo"})
    server.remove_row(leads, "l-0001:0")
    assert server.records(leads) == {
        "l-0001:1": {"Email": "alan@example.com", "City": "Paris"},
        "l-0001:2": {"Email": "grace@example.com", "City": "Oslo"},
    }
    server.remove_list(leads)
    assert server.list_ids() == {}


async def test_suppressions_are_removed(server: Emulator) -> None:
    """Removing says whether the address was there, each list by itself."""
    server.add_opt_out("ada@example.com")
    assert not server.remove_hard_bounce("ada@example.com")
    assert not server.remove_spam_complaint("ada@example.com")
    assert server.remove_opt_out(" ADA@example.com")
    assert not server.remove_opt_out("ada@example.com")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda server: server.add_rows("l-0009", []), "There is no list 'l-0009' here"),
        (lambda server: server.add_rows("l-0001", "rows"), "rows are sequences of cells"),
        (lambda server: server.add_rows("l-0001", [5]), "Row 1 is of type int"),
        (lambda server: server.change_row("l-0001", "l-0001:9", {}), "There is no record 'l-0001:9'"),
        (lambda server: server.change_row("l-0001", "l-0001:0", {"Ctiy": "x"}), "Did you mean City?"),
        (lambda server: server.remove_row("l-0001", "l-0002:0"), "There is no record 'l-0002:0'"),
        (lambda server: server.remove_list("l-0009"), "There is no list 'l-0009' here"),
        (lambda server: server.add_list(5, ["Email"]), "name is a text"),
        (lambda server: server.add_list("A", ["Email"], list_id="l-0001"), "There is a list l-0001 already."),
    ],
)
async def test_what_cannot_be_changed_is_an_error(
    server: Emulator, change: Callable[[Any], object], said: str
) -> None:
    """The error says what is wrong, and nothing changes."""
    server.add_list("Leads", ["Email", "City"], ROWS)
    with pytest.raises(InvalidArgument) as told:
        change(server)
    assert said in str(told.value)
    assert server.rows("l-0001") == ROWS
    assert len(server.list_ids()) == 1
