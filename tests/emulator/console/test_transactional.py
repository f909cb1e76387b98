"""Transactional mail in the console's JSON."""

from __future__ import annotations

import pytest

from asyncsdk.emulator import Emulator
from asyncsdk.emulator.state.messages import Content, MessageRepository
from tests.emulator.console.client import ConsoleClient
from tests.emulator.driver import Raw

PATH = "/ete/v1/email/12345/t-0001"


@pytest.fixture
async def mailed(server: Emulator, raw: Raw) -> None:
    """Two mails made from one template; the second has everything."""
    content = Content(subject="Your order", title="Orders", html="<p>{{Item}}</p>", sender_name="Shop")
    server.platform.repository(MessageRepository).add("template", content)
    actions = {"actions": {"trackOpens": True, "trackClicks": True}}
    await raw.call("POST", PATH, json={"envelope": {"toAddress": "ada@example.com"}, **actions})
    server.clock.advance(1)
    full = {
        "envelope": {"toAddress": "bob@example.com", "ccAddressList": ["eve@example.com"]},
        "content": {"subjectLine": "Sent", "personalizationDataMap": {"Item": "<b>Book</b>"}},
        "metadata": {"externalId": "42", "tagList": ["orders"]},
        **actions,
    }
    assert (await raw.call("POST", PATH, json=full)).json["success"] is True


@pytest.mark.usefixtures("mailed")
async def test_mails_are_listed(server: Emulator, console: ConsoleClient) -> None:
    """The newest first, with what the call said and what the template adds."""
    told = await console.get("/transactional")
    assert (told["total"], [each["recipient"] for each in told["transactional"]]) == (
        2,
        ["bob@example.com", "ada@example.com"],
    )
    assert told["transactional"][0] == {
        "id": "2",
        "template_id": "t-0001",
        "title": "Orders",
        "subject": "Sent",
        "recipient": "bob@example.com",
        "cc": ["eve@example.com"],
        "from": {"name": "Shop", "email": ""},
        "tag": "orders",
        "external_id": "42",
        "personalization": {"Item": "<b>Book</b>"},
        "time": server.clock.milliseconds(),
    }
    assert told["transactional"][1]["subject"] == "Your order"
    assert [each["id"] for each in (await console.get("/transactional", offset=1))["transactional"]] == ["1"]


@pytest.mark.usefixtures("mailed")
async def test_a_preview_is_made_of_the_template_in_a_sandbox(server: Emulator, console: ConsoleClient) -> None:
    """What the call filled in stands in the template's HTML; once the template is deleted, it says so."""
    answer = await console.ask("GET", "/transactional/2/preview")
    assert (answer.status, answer.body.decode()) == (200, "<p><b>Book</b></p>")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    messages = server.platform.repository(MessageRepository)
    messages.remove(messages.require("t-0001"))
    status, sentence = await console.refused("GET", "/transactional/2/preview")
    assert (status, sentence) == (404, "The template t-0001 was deleted; what the mail said is not kept.")
    assert (await console.get("/transactional"))["transactional"][0]["subject"] == "Sent"


@pytest.mark.parametrize("mail_id", ["3", "-1", "x", "%00", "9" * 40])
async def test_a_mail_that_is_not_there_is_404(console: ConsoleClient, mail_id: str) -> None:
    """Whatever the id, the answer is 404 with a sentence."""
    assert (await console.refused("GET", f"/transactional/{mail_id}/preview"))[0] == 404
