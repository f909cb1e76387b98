"""Suppression lists in the console's JSON."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk.emulator import Emulator
from tests.emulator.console.client import ConsoleClient
from tests.emulator.driver import Raw

KINDS = {
    "hard-bounces": "/api/1/list/hardbounce",
    "spam-complaints": "/api/1/list/spamcomplaint",
    "opt-outs": "/api/1/list/optout",
}


@pytest.mark.parametrize("kind", KINDS)
async def test_an_address_is_suppressed_and_lifted(
    server: Emulator, console: ConsoleClient, raw: Raw, kind: str
) -> None:
    """What is added is what the API's own list tells, and it is gone when it is removed."""
    email = "ada+tag/x@example.com"
    added = await console.ask("POST", f"/suppressions/{kind}", {"email": email, "origin": "A test"})
    entry = {"email": email, "time": server.clock.milliseconds(), "origin": "A test"}
    assert added.told == (200, entry)
    assert await console.get(f"/suppressions/{kind}") == {"total": 1, "addresses": [entry]}
    assert [each["email"] for each in (await raw.get(KINDS[kind])).json["result"]] == [email]
    path = f"/suppressions/{kind}/ADA+tag%2Fx%40example.com"
    assert (await console.ask("DELETE", path)).told == (200, {"deleted": 1})
    assert (await raw.get(KINDS[kind])).json["result"] == []
    assert (await console.refused("DELETE", path))[0] == 404


async def test_addresses_are_paged_and_searched(server: Emulator, console: ConsoleClient) -> None:
    """The newest comes first; a search counts and pages what it finds, in upper or lower case."""
    for number in range(4):
        server.add_opt_out(f"User{number}@example.{'org' if number % 2 else 'com'}")
    page = await console.get("/suppressions/opt-outs?count=2")
    assert (page["total"], [each["email"][:5] for each in page["addresses"]]) == (4, ["User3", "User2"])
    page = await console.get("/suppressions/opt-outs?search=.ORG&offset=1")
    assert (page["total"], [each["email"] for each in page["addresses"]]) == (2, ["User1@example.org"])
    assert (await console.get("/suppressions/hard-bounces"))["total"] == 0


@pytest.mark.parametrize(
    ("kind", "body", "status", "said"),
    [
        ("opt-out", {"email": "ada@example.com"}, 404, "Did you mean opt-outs?"),
        ("opt-outs", {"email": "ada"}, 400, "is no e-mail address"),
        ("opt-outs", {"email": 5}, 400, "email is a text"),
        ("opt-outs", {}, 400, "email is a text"),
        ("opt-outs", {"emial": "ada@example.com"}, 400, "Did you mean email?"),
        ("opt-outs", {"email": "ada@example.com", "origin": 5}, 400, "origin is a text"),
    ],
)
async def test_what_cannot_be_suppressed_is_refused(
    console: ConsoleClient, kind: str, body: Any, status: int, said: str
) -> None:
    """The error says what is wrong, or names what is near."""
    told = await console.refused("POST", f"/suppressions/{kind}", body)
    assert told[0] == status
    assert said in told[1]
