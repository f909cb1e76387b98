"""Custom events: files of them become jobs, and single ones need a destination."""

from __future__ import annotations

import json

from tests.emulator.driver import Raw


async def test_events_are_uploaded_as_a_job_of_their_own(raw: Raw) -> None:
    """The report has its own counters, and the history shows the events."""
    file = "ada@example.com,10/25/2023,Bought\nada@example.com,25/10/2023,Bad date\nx,10/25/2023,Bad address\n"
    submitted = await raw.multipart(
        "POST",
        "/api/1/customevents",
        file,
        destination="Shop",
        firstrow="N",
        fieldseparator="COMMA",
        quotecharacter="DOUBLE_QUOTE",
        customeventaction="CUSTOM_GENERAL",
        emailcolidx="0",
        datecolidx="1",
        titlecolidx="2",
        dateformat="MM/dd/yyyy",
    )
    assert submitted.json["status"] == "success"
    path = f"/api/1/customevents/{submitted.json['jobId']}/status"
    assert (await raw.get(path)).json == {"status": "The job is pending"}
    raw.server.clock.advance(2)
    details = {"status": "ok", "customEventsId": "ff4f3fab", "appendCount": 1, "rejectedCount": 2}
    done = (await raw.get(path)).json
    assert (done["status"], done["details"], json.loads(done["jobDetails"])) == ("success", details, details)
    list_id = raw.server.add_list("L", ["Email"], [["ada@example.com"]])
    facts = (await raw.get(f"/api/1/list/{list_id}/record/{list_id}:0/facts")).json
    assert [activity["What"] for activity in facts["activitylist"]] == ["Bought"]
    assert (await raw.get("/api/1/list", listingtype="custom_events")).json["count"] == 1


async def test_one_event_needs_its_destination(raw: Raw) -> None:
    """A destination that is not there is created only when asked for."""
    event = {
        "destination": "Shop",
        "createlistingentry": "false",
        "customeventaction": "CUSTOM_GENERAL",
        "email": "ada@example.com",
        "when": "Wed, 15 Nov 2023",
        "title": "Bought",
        "dateformat": "EEE, dd MMM yyyy",
    }
    path = "/api/1/customevents/fact"
    assert (await raw.call("POST", path, data=event)).status == 400
    assert (await raw.call("POST", path, data={**event, "createlistingentry": "true"})).status == 200
    assert (await raw.call("POST", path, data=event)).status == 200
    assert (await raw.call("POST", path, data={**event, "when": "yesterday"})).status == 400
