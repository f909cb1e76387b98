"""The console's endpoints of the account as a whole."""

from __future__ import annotations

from asyncsdk.emulator import Emulator
from tests.emulator.driver import Raw


async def test_the_account_is_reset(server: Emulator, raw: Raw) -> None:
    """A reset forgets the data; tokens go only where the body says so."""
    server.add_list("Leads", ["Email"])
    assert (await raw.call("POST", "/_emulator/reset")).told == (200, {"reset": True})
    assert server.list_ids() == {}
    assert (await raw.get("/api/1/list")).status == 200
    assert (await raw.call("POST", "/_emulator/reset", json={"tokens": True})).status == 200
    assert (await raw.get("/api/1/list")).status == 401


async def test_what_is_neither_yes_nor_no_is_refused(server: Emulator, raw: Raw) -> None:
    """A wrong value is 400, and nothing is forgotten."""
    server.add_list("Leads", ["Email"])
    refused = await raw.call("POST", "/_emulator/reset", json={"tokens": "no"})
    assert refused.told == (400, {"error": 'tokens is true or false, as in {"tokens": false}.'})
    assert list(server.list_ids()) == ["Leads"]
