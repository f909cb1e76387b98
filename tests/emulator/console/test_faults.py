"""Faults by the console's JSON: every kind that Python has, and what is mistyped is told."""

from __future__ import annotations

import math
from typing import Any

import pytest

from asyncsdk import InvalidArgument
from asyncsdk.emulator import Cut, Emulator, Pass, RejectRows, Reply, Slow, faults
from tests.emulator.console.client import ConsoleClient
from tests.emulator.driver import Raw

SAMPLES: dict[str, Any] = {
    "text": "a text",
    "number": 1.5,
    "whole": 418,
    "yes-no": True,
    "json": {"a": [1, None]},
    "headers": {"X-Sample": "yes"},
}


async def test_a_fault_that_was_added_happens(console: ConsoleClient, raw: Raw) -> None:
    """It happens as often as it was asked for, on the route that it was put on."""
    told = await console.post(
        "/faults",
        on="account.get",
        times=2,
        faults=[{"kind": "Reply.unavailable", "arguments": {"retry_after": 3}}],
    )
    (entry,) = told["entries"]
    assert (entry["on"], entry["left"], entry["faults"][0]["kind"]) == ("account.get", 2, "Reply")
    answers = [await raw.get("/api/1/account") for _ in range(3)]
    assert [answer.status for answer in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "3"
    assert (await console.get("/faults"))["entries"] == []


async def test_every_kind_can_be_made_of_what_its_description_says(
    console: ConsoleClient, server: Emulator
) -> None:
    """Each class of faults and each constructor is a kind, and takes a value of the type that each argument has."""
    kinds = (await console.get("/faults/kinds"))["kinds"]
    named = {each["kind"].partition(".")[0] for each in kinds}
    assert named == {name for name in faults.__all__ if not name.endswith(("Fault", "Faults", "FaultEntry"))}
    for each in kinds:
        assert each["summary"], each
        arguments = {}
        for argument in each["arguments"]:
            assert argument["summary"], (each["kind"], argument)
            arguments[argument["name"]] = argument.get("choices", [SAMPLES.get(argument["type"])])[0]
        await console.post("/faults", faults=[{"kind": each["kind"], "arguments": arguments}])
        needed = {key: arguments[key] for key in arguments if _argument(each, key)["required"]}
        await console.post("/faults", faults=[{"kind": each["kind"], "arguments": needed}])
    assert len(server.faults.entries) == 2 * len(kinds)


def _argument(kind: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in kind["arguments"] if each["name"] == name)


async def test_arguments_arrive_as_they_were_given(console: ConsoleClient, server: Emulator) -> None:
    """A fault made from JSON equals the one that Python makes; several may happen together."""
    given = [
        {"kind": "Slow", "arguments": {"seconds": 1.5}},
        {"kind": "Reply", "arguments": {"status": 503, "body": {"a": 1}, "headers": {"X": "y"}, "acted": True}},
        {"kind": "Cut", "arguments": {"when": "midway"}},
    ]
    await console.post("/faults", on="any", faults=given)
    (entry,) = server.faults.entries
    assert entry.faults == (Slow(1.5), Reply(503, {"a": 1}, {"X": "y"}, acted=True), Cut("midway"))


async def test_a_text_that_is_no_json_is_sent_as_it_is(console: ConsoleClient, raw: Raw) -> None:
    """A page can be scripted, also where JSON is all that one can send."""
    page = {"status": 502, "body": "<h1>Down</h1>", "content_type": "text/html"}
    await console.post("/faults", faults=[{"kind": "Reply", "arguments": page}])
    assert (await raw.get("/api/1/account")).body == b"<h1>Down</h1>"


async def test_what_python_scripted_is_listed(console: ConsoleClient, server: Emulator) -> None:
    """Also values that JSON has no word for."""
    server.faults.add(RejectRows(lambda email: True, reason="No"), on="lists.merge")
    server.faults.add(Slow(math.inf), Reply(500, b"\xff"), on="contacts.*", times=3)
    listed = (await console.get("/faults"))["entries"]
    assert [(each["on"], each["left"]) for each in listed] == [("contacts.*", 3), ("lists.merge", 1)]
    assert listed[0]["faults"][0] == {"kind": "Slow", "arguments": {"seconds": "inf"}}
    assert listed[1]["faults"][0]["arguments"] == {"which": "(a function)", "column": None, "reason": "No"}
    assert (await console.ask("DELETE", "/faults")).json == {"deleted": 2}
    assert server.faults.left == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "faults is a list"),
        ({"faults": []}, "faults is a list"),
        ({"faults": ["Cut"]}, "faults is a list"),
        ({"fault": [{"kind": "Cut"}]}, "Did you mean faults?"),
        ({"faults": [{"kind": "Cutt"}]}, "Did you mean Cut?"),
        ({"faults": [{"kind": "Reply.trottled"}]}, "Did you mean Reply.throttled"),
        ({"faults": [{"kind": ["Cut"]}]}, "There is no fault"),
        ({"faults": [{}]}, "There are: Reply"),
        ({"faults": [{"kind": "Cut", "argument": {}}]}, "Did you mean arguments?"),
        ({"faults": [{"kind": "Cut", "arguments": []}]}, "arguments is an object"),
        ({"faults": [{"kind": "Cut", "arguments": {"wen": "acted"}}]}, "Did you mean when?"),
        ({"faults": [{"kind": "Cut", "arguments": {"when": "actd"}}]}, "Did you mean acted?"),
        ({"faults": [{"kind": "Slow"}]}, "Slow needs seconds."),
        ({"faults": [{"kind": "Slow", "arguments": {"seconds": "1"}}]}, "seconds is a number"),
        ({"faults": [{"kind": "Slow", "arguments": {"seconds": True}}]}, "seconds is a number"),
        ({"faults": [{"kind": "Slow", "arguments": {"seconds": -1}}]}, "from 0 on"),
        ({"faults": [{"kind": "Slow", "arguments": {"seconds": 10**900}}]}, "from 0 on"),
        ({"faults": [{"kind": "Reply", "arguments": {"status": 99}}]}, "from 200 to 599"),
        ({"faults": [{"kind": "Reply", "arguments": {"status": 503, "headers": {"a": 1}}}]}, "object of texts"),
        ({"faults": [{"kind": "Reply.throttled", "arguments": {"retry_after": []}}]}, "retry_after is a text"),
        ({"faults": [{"kind": "Cut"}], "times": 0}, "from 1 on"),
        ({"faults": [{"kind": "Cut"}], "times": 1.5}, "times is a whole number"),
        ({"faults": [{"kind": "Cut"}], "on": 5}, "on is a text"),
        ({"faults": [{"kind": "Cut"}], "on": "x" * 501}, "at most 500"),
        ({"faults": [{"kind": "Cut"}, {"kind": "Cutt"}]}, "Did you mean Cut?"),
    ],
)
async def test_a_fault_that_cannot_be_is_refused(
    console: ConsoleClient, server: Emulator, body: dict[str, Any], said: str
) -> None:
    """The sentence says what is wrong and names what is near; nothing is added."""
    status, sentence = (await console.ask("POST", "/faults", json=body)).error
    assert status == 400
    assert said in sentence
    assert server.faults.left == 0


@pytest.mark.parametrize(
    ("on", "near"),
    [
        ("upsrt", "contacts.upsert"),
        ("upsert", "contacts.upsert"),
        ("contact.upsert", "contacts.upsert"),
        ("contacts_upsert", "contacts.upsert"),
        ("Contacts.Upsert", "contacts.upsert"),
        ("contacts.upsert ", "contacts.upsert"),
        ("lists.mege", "lists.merge"),
        ("mege", "lists.merge"),
        ("list.*", "lists.*"),
        ("tokn", "token"),
        ("/api/1/list/{listid}", "/api/1/list/{list_id}"),
    ],
)
async def test_a_mistyped_route_names_the_nearest(
    console: ConsoleClient, server: Emulator, on: str, near: str
) -> None:
    """First of all it names the one that was meant; in JSON and in Python alike."""
    status, sentence = (await console.ask("POST", "/faults", json={"on": on, "faults": [{"kind": "Pass"}]})).error
    assert status == 400
    assert sentence.partition("Did you mean ")[2].startswith((f"{near} ", f"{near}?"))
    with pytest.raises(InvalidArgument) as told:
        server.faults.add(Pass(), on=on)
    assert str(told.value) == sentence
