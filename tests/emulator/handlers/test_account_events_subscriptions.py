"""The smaller namespaces."""

from __future__ import annotations

import json

from tests.emulator.driver import Raw

USER = {
    "userType": "Marketing",
    "email": "first.last@example.com",
    "firstName": "First",
    "lastName": "Last",
    "password": "theFirstWillBeLast",
    "sendEmailConfirmation": "N",
}
UNKNOWN_USER = {
    "email": "nobody@example.com",
    "status": "error",
    "errorCode": "PUBLIC_USER_DOES_NOT_EXIST",
    "errorMessage": "User does not exist.",
    "errorCodeId": 10148,
}


async def test_users_are_created_each_for_itself(raw: Raw) -> None:
    """A bad one is told of with HTTP 200; a confirmation is told of where it was asked for."""
    confirmed = {**USER, "email": "second@example.com", "sendEmailConfirmation": "Yes"}
    answer = await raw.call("POST", "/api/1/user", json=[USER, confirmed, {**USER, "password": "short"}])
    assert answer.status == 200
    assert answer.json[0] == {"email": "first.last@example.com", "status": "ok", "privilegeResponses": []}
    assert answer.json[1]["confirmationEmailResponse"] == {"email": "second@example.com", "status": "ok"}
    assert answer.json[2]["status"] == "error"
    login = await raw.token(grant_type="password", username=USER["email"], password=USER["password"])
    assert login.status == 200


async def test_users_are_deleted_each_for_itself(raw: Raw) -> None:
    """The second deletion of the same user fails by itself."""
    await raw.call("POST", "/api/1/user", json=[USER])
    gone = [{"email": USER["email"]}, {"email": "nobody@example.com"}]
    answer = await raw.call("POST", "/api/1/user/delete", json=gone)
    assert answer.told == (200, [{"email": USER["email"], "status": "ok"}, UNKNOWN_USER])


async def test_one_user_is_deleted_by_address(raw: Raw) -> None:
    """Then there is none to delete."""
    await raw.call("POST", "/api/1/user", json=[USER])
    path = f"/api/1/user/{USER['email']}"
    assert (await raw.call("DELETE", path)).json == {"status": "success", "message": "User deleted"}
    assert (await raw.call("DELETE", path)).json["errorCode"] == 10148


async def test_senders_are_listed(raw: Raw) -> None:
    """Their shape is a guess, so only the list is certain."""
    assert isinstance((await raw.get("/api/1/account/senders")).json, list)


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


async def test_categories_are_listed_whole_and_for_an_address(raw: Raw) -> None:
    """What was never said is neither an opt-in nor an opt-out."""
    path = "/api/1/subscription/category"
    listed = (await raw.get(path)).json
    assert listed[0] == {
        "id": "1",
        "name": "Newsletter",
        "description": "Our monthly newsletter",
        "headerid": "1",
        "headername": "Newsletter",
    }
    assert [category["id"] for category in listed] == ["1", "2"]
    assert (await raw.get(path, email="ada@example.com")).json == []
    outs = (await raw.get("/api/1/subscription/optout", category="Newsletter")).json
    assert outs == {"offset": 0, "count": 0, "totalCount": 0, "result": []}


async def test_one_subscription_is_set(raw: Raw) -> None:
    """An explicit yes shows with the address, an explicit no with the category."""
    path = "/api/1/subscription/optout"
    form = {"email": "ada@example.com", "category": "Newsletter", "action": "optin"}
    answer = await raw.call("PUT", path, data=form)
    assert answer.told == (
        200,
        {"status": "success", "message": "OptIn entry added for subscription category : Newsletter"},
    )
    ins = (await raw.get("/api/1/subscription/category", email="ADA@example.com")).json
    assert ins == [{"id": "1", "name": "Newsletter", "description": "Our monthly newsletter"}]
    await raw.call("PUT", path, data={**form, "action": "optout"})
    outs = (await raw.get(path, category="Newsletter")).json
    assert outs["totalCount"] == 1
    assert outs["result"] == [{"email": "ada@example.com", "timestamp": 1700000000000}]
    assert (await raw.get(path, category="Unknown")).status == 400


async def test_all_subscriptions_are_set_at_once(raw: Raw) -> None:
    """Names repeat; whatever is not named is a no, and naming nothing is a no to all."""
    path = "/api/1/subscription/setcategories"
    both = [("email", "ada@example.com"), ("category", "Newsletter"), ("category", "Example")]
    answer = await raw.call("PUT", path, data=both)
    assert answer.json["message"] == "Entry added for subscription categories : [Newsletter, Example]"
    assert raw.server.subscription("ada@example.com", "Example") is True
    await raw.call("PUT", path, data={"email": "ada@example.com", "category": "Example"})
    assert raw.server.subscription("ada@example.com", "Newsletter") is False
    await raw.call("PUT", path, data={"email": "ada@example.com"})
    assert raw.server.subscription("ada@example.com", "Example") is False
    assert raw.server.subscription("bob@example.com", "Example") is None
