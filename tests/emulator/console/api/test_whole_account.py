"""The console's endpoints of the account as a whole."""

from __future__ import annotations

from asyncsdk.emulator import Emulator
from tests.emulator.console.client import ConsoleClient
from tests.emulator.driver import Raw


async def test_the_account_is_reset(server: Emulator, raw: Raw, console: ConsoleClient) -> None:
    """A reset forgets the data; tokens go only where the body says so."""
    server.add_list("Leads", ["Email"])
    assert (await console.ask("POST", "/reset")).told == (200, {"reset": True})
    assert server.list_ids() == {}
    assert (await raw.get("/api/1/list")).status == 200
    assert (await console.ask("POST", "/reset", {"tokens": True})).status == 200
    assert (await raw.get("/api/1/list")).status == 401


async def test_what_is_neither_yes_nor_no_is_refused(server: Emulator, raw: Raw, console: ConsoleClient) -> None:
    """A wrong value is 400, and nothing is forgotten."""
    server.add_list("Leads", ["Email"])
    refused = await console.ask("POST", "/reset", {"tokens": "no"})
    assert refused.told == (400, {"error": "tokens is true or false, not 'no'."})
    mistyped = await console.ask("POST", "/reset", {"token": True})
    assert mistyped.error == (400, "The body has no field 'token'. Did you mean tokens?")
    assert list(server.list_ids()) == ["Leads"]
