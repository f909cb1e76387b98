"""Subscriptions: opt-ins and opt-outs, one at a time and all at once."""

from __future__ import annotations

from tests.emulator.driver import Raw


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
