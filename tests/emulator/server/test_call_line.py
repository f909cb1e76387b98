"""The line of a call: aligned, masked, bounded, and honest about what went wrong."""

from __future__ import annotations

import aiohttp
import pytest

from asyncsdk.emulator import Call, Cut, Emulator, Slow
from asyncsdk.emulator.server.call_line import call_line
from tests.emulator.driver import Raw


async def test_the_columns_stand_below_each_other(server: Emulator, raw: Raw) -> None:
    """Whatever the status, the method and the route are; what was odd stands at the end."""
    server.faults.add(Slow(0.01), on="account.get")
    await raw.get("/api/1/account")
    await raw.token(grant_type="password")
    await raw.get("/no/such/path")
    server.settings.calls_per_second = 0
    await raw.get("/api/1/account")
    server.settings.calls_per_second = None
    server.faults.add(Cut("acted"))
    with pytest.raises(aiohttp.ClientError):
        await raw.create("ada@example.com,Ada\n")
    lines = [call_line(call) for call in server.calls]

    places = {line.index(f" {call.method} ") for line, call in zip(lines, server.calls, strict=True)}
    assert len(places) == 1
    assert [line[14:17] for line in lines] == ["200", "200", "404", "429", "cut"]
    assert [line.split()[4] for line in lines] == ["account.get", "token", "-", "account.get", "lists.create"]
    assert lines[0].endswith("GET    /api/1/account  [fault: Slow]")
    assert lines[3].endswith("GET    /api/1/account  [over the limits]")
    assert lines[4].endswith("POST   /api/1/list  [fault: Cut]")


def test_nothing_personal_or_long_or_steering_is_in_a_line() -> None:
    """Addresses and secrets are masked, a long path is cut, and no character moves the cursor."""
    call = Call(
        0.0,
        "GET",
        "/api/1/list/\x1b[2J/ada%40example.com",
        {},
        {},
        new_connection=True,
        query_text="email=bob%2540example.com&client_secret=hush&" + "x" * 9_000,
    )
    line = call_line(call)
    assert line.isprintable()
    assert len(line) < 320
    assert not [word for word in ("ada", "bob", "hush") if word in line]
