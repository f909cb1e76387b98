"""Messages, their previews and their mails in the console's JSON."""

from __future__ import annotations

import pytest

from asyncsdk.emulator import Emulator
from asyncsdk.emulator.state.messages import Content, MessageRepository
from tests.emulator.console.client import ConsoleClient
from tests.emulator.driver import Raw

HTML = "<p>Hi {{First Name}}</p><script>alert(1)</script><img src='https://example.com/pixel.png'>"
SEND = {"senderemail": "john.doe@act-on.com", "sendername": "John Doe", "when": "1700000000000"}
PEOPLE = [["ada@example.com", "Ada"], ["bob@example.com", "<b>Bob</b>"], ["nobody", ""]]
CSP = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


@pytest.fixture
async def sent(server: Emulator, raw: Raw) -> str:
    """A message that went to one of three people."""
    people = server.add_list("People", ["Email", ("First Name", "FIRSTNAME")], PEOPLE)
    server.add_opt_out("bob@example.com")
    draft = {"type": "draft", "subject": "Hello", "title": "Welcome", "htmlbody": HTML, "textbody": "Hi & bye <i>"}
    made = await raw.call("POST", "/api/1/message", data=draft)
    answer = await raw.call("POST", f"/api/1/message/{made.json['id']}/send", data={**SEND, "sendtoids": people})
    assert answer.status == 200, answer.body
    return "s-0001-2311"


async def test_messages_are_listed_with_what_became_of_them(
    server: Emulator, console: ConsoleClient, sent: str
) -> None:
    """The newest first: how many mails went out, were held back, opened and clicked, and each launch."""
    messages = server.platform.repository(MessageRepository)
    messages.open(sent, "l-0001:0")
    messages.click(sent, "l-0001:0", "https://example.com/")
    told = await console.get("/messages")
    assert (told["total"], [each["type"] for each in told["messages"]]) == (2, ["SENT", "DRAFT"])
    assert told["messages"][0] == {
        "id": sent,
        "type": "SENT",
        "title": "Welcome",
        "subject": "Hello",
        "folder": "Default Folder",
        "from": {"name": "John Doe", "email": "john.doe@act-on.com"},
        "time": 1_700_000_000_000,
        "category": None,
        "transactional": False,
        "text_only": False,
        "sent": 1,
        "suppressed": 2,
        "opened": 1,
        "clicked": 1,
        "bounced": 0,
        "launches": [
            {
                "time": 1_700_000_000_000,
                "state": "sent",
                "again": False,
                "lists": ["l-0001"],
                "records": 0,
                "without": [],
            }
        ],
    }
    one = await console.get(f"/messages/{sent}")
    assert one == {**told["messages"][0], "html": HTML, "text": "Hi & bye <i>"}
    assert [each["id"] for each in (await console.get("/messages", offset=1))["messages"]] == ["d-0001"]


async def test_each_mail_says_what_became_of_it(server: Emulator, console: ConsoleClient, sent: str) -> None:
    """Mails that were held back say why; those that went out say what their recipients did."""
    server.clock.advance(60)
    server.platform.repository(MessageRepository).click(sent, "l-0001:0", "https://example.com/")
    told = await console.get(f"/messages/{sent}/deliveries")
    common = {"list_id": "l-0001", "time": 1_700_000_000_000, "again": False, "reactions": []}
    clicked = {"kind": "clicked", "detail": "https://example.com/", "time": 1_700_000_060_000}
    ada = {"email": "ada@example.com", "name": "Ada", "record_id": "l-0001:0", "state": "sent", "reason": None}
    assert told["total"] == 3
    assert told["deliveries"] == [
        {**common, **ada, "reactions": [clicked]},
        {
            **common,
            "email": "bob@example.com",
            "name": "<b>Bob</b>",
            "record_id": "l-0001:1",
            "state": "suppressed",
            "reason": "Suppressed address",
        },
        {
            **common,
            "email": "nobody",
            "name": "",
            "record_id": "l-0001:2",
            "state": "suppressed",
            "reason": "Invalid address",
        },
    ]
    page = await console.get(f"/messages/{sent}/deliveries", offset=1, count=1)
    assert (page["total"], [each["email"] for each in page["deliveries"]]) == (3, ["bob@example.com"])


async def test_a_preview_can_run_and_load_nothing(console: ConsoleClient, sent: str) -> None:
    """It is the mail's own HTML, in a sandbox that its response asks for by itself, so in a tab of its own, too."""
    answer = await console.ask("GET", f"/messages/{sent}/preview")
    assert (answer.status, answer.body.decode()) == (200, HTML)
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-DNS-Prefetch-Control"] == "off"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_preview_has_no_frames(server: Emulator, console: ConsoleClient) -> None:
    """Frames within a mail are left out, however they are written: a browser would connect to their hosts."""
    html = "<IFrame\nsrc='https://example.com/'>x</iframe><frameset><frame src='https://example.com/'><p>a<b"
    server.platform.repository(MessageRepository).add("draft", Content(html=html))
    page = (await console.ask("GET", "/messages/d-0001/preview")).body.decode()
    assert page == (
        "<no-IFrame\nsrc='https://example.com/'>x</no-iframe>"
        "<no-frameset><no-frame src='https://example.com/'><p>a<b"
    )


async def test_a_preview_fills_in_a_record_and_shows_the_text(console: ConsoleClient, sent: str) -> None:
    """With a record's id its values stand in the mail; the text comes as text, whatever is in it."""
    filled = await console.ask("GET", f"/messages/{sent}/preview?record_id=l-0001%3A0")
    assert filled.body.decode().startswith("<p>Hi Ada</p>")
    text = await console.ask("GET", f"/messages/{sent}/preview?part=text")
    assert ">Hi &amp; bye &lt;i&gt;</pre>" in text.body.decode()
    assert text.headers["Content-Security-Policy"] == CSP
    assert (await console.refused("GET", f"/messages/{sent}/preview?part=pdf"))[0] == 400
    assert (await console.refused("GET", f"/messages/{sent}/preview?record_id=l-0001:9"))[0] == 404


async def test_a_message_of_text_only_is_shown_as_text(server: Emulator, console: ConsoleClient) -> None:
    """Where there is no HTML, the preview is the text."""
    server.platform.repository(MessageRepository).add("draft", Content(text="Hi <b>"))
    assert "Hi &lt;b&gt;" in (await console.ask("GET", "/messages/d-0001/preview")).body.decode()


async def test_a_scheduled_message_goes_out_when_the_console_looks(
    server: Emulator, console: ConsoleClient, raw: Raw
) -> None:
    """It is scheduled until its time has come, and sent when somebody looks after that."""
    people = server.add_list("People", ["Email"], [["ada@example.com"]])
    later = {**SEND, "when": "1700000060000", "sendtoids": people, "iscustom": "Y", "subject": "Later"}
    assert (await raw.call("POST", "/api/1/message/custom/send", data=later)).status == 200
    (waiting,) = (await console.get("/messages"))["messages"]
    assert (waiting["type"], waiting["launches"][0]["state"], waiting["sent"]) == ("SCHEDULED", "scheduled", 0)
    server.clock.advance(60)
    (gone,) = (await console.get("/messages"))["messages"]
    assert (gone["type"], gone["launches"][0]["state"], gone["sent"]) == ("SENT", "sent", 1)


@pytest.mark.parametrize("message_id", ["s-9999-2311", "d-0001", "%FF", "..%2F..", "%3Cscript%3E", "x" * 3000])
@pytest.mark.parametrize("part", ["", "/preview", "/deliveries"])
async def test_a_message_that_is_not_there_is_404(
    server: Emulator, console: ConsoleClient, message_id: str, part: str
) -> None:
    """Unknown and deleted messages are 404 with a short sentence, whatever the id."""
    messages = server.platform.repository(MessageRepository)
    messages.remove(messages.add("draft", Content()))
    status, sentence = await console.refused("GET", f"/messages/{message_id}{part}")
    assert status == 404
    assert len(sentence) < 200
