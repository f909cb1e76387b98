"""Custom events in the console's JSON."""

from __future__ import annotations

from tests.emulator.console.client import ConsoleClient
from tests.emulator.driver import Raw


async def test_events_are_listed(console: ConsoleClient, raw: Raw) -> None:
    """The one that came last first, all or those of an address, with the set that each belongs to."""
    event = {
        "destination": "Shop",
        "createlistingentry": "true",
        "customeventaction": "CUSTOM_GENERAL",
        "when": "Wed, 15 Nov 2023",
        "dateformat": "EEE, dd MMM yyyy",
    }
    for number, email in enumerate(["ada@example.com", "bob@example.com", "Ada@example.com"]):
        data = {**event, "email": email, "title": f"Bought {number}", "note": "<script>"}
        assert (await raw.call("POST", "/api/1/customevents/fact", data=data)).status == 200
    told = await console.get("/events")
    assert (told["total"], [each["id"] for each in told["events"]]) == (3, ["3", "2", "1"])
    assert told["events"][1] == {
        "id": "2",
        "email": "bob@example.com",
        "set_id": "ff4f3fab",
        "set": "Shop",
        "action": "CUSTOM_GENERAL",
        "title": "Bought 1",
        "note": told["events"][1]["note"],
        "time": told["events"][1]["time"],
    }
    assert 0 < told["events"][1]["time"] < 1_800_000_000_000
    mine = await console.get("/events", email="ADA@example.com", count=1)
    assert (mine["total"], [each["title"] for each in mine["events"]]) == (2, ["Bought 2"])
    assert await console.get("/events", email="nobody") == {"total": 0, "events": []}
