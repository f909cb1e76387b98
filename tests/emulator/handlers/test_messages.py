"""Messages: drafts and templates, sending at once and later, who is left out, previews; and campaigns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from asyncsdk import InvalidArgument, InvalidRequest, ReplyLost, Session
from asyncsdk.emulator import Cut, Emulator
from asyncsdk.emulator.state.messages import MessageRepository
from tests.emulator.driver import Raw
from tests.support.recording_caller import request_of
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

GONE = {"errorCode": 10030, "message": "Invalid or deleted message"}
SENDER = {"senderemail": "john.doe@act-on.com", "sendername": "John Doe"}
FROM: dict[str, Any] = {"sender_email": "john.doe@act-on.com", "sender_name": "John Doe"}
NOW = 1_700_000_000
COLUMNS = [("E-mail", "EMAIL"), ("First Name", "FIRSTNAME"), ("Last Name", "LASTNAME")]
PEOPLE = [["ada@example.com", "Ada", "Lovelace"], ["bob@example.com", "Bob", ""], ["eve@example.com", "Eve", ""]]
LATER = timedelta(minutes=30)


def now_of(server: Emulator) -> datetime:
    """The emulator's time."""
    return datetime.fromtimestamp(server.clock.now(), UTC)


async def draft(raw: Raw, **fields: str) -> str:
    """The id of a new draft."""
    given = {"type": "draft", "subject": "Hello", "title": "Welcome", "htmlbody": "<p>Hi {{First Name}}</p>"}
    answer = await raw.call("POST", "/api/1/message", data={**given, **fields})
    assert answer.status == 200
    return str(answer.json["id"])


async def send(raw: Raw, message_id: str, **fields: str) -> Any:
    """Send a message at once, unless told otherwise."""
    given = {**SENDER, "when": f"{NOW}000", **fields}
    return await raw.call("POST", f"/api/1/message/{message_id}/send", data=given)


async def reached(raw: Raw, message_id: str, verb: str = "SENT") -> list[str]:
    """The addresses of a drill-down."""
    answer = await raw.get(f"/api/1/message/{message_id}/report/{verb}")
    return [row["email"] for row in answer.json["result"]]


async def types_of(raw: Raw) -> dict[str, str]:
    """The type of every message by its id."""
    return {each["msgId"]: each["msgType"] for each in (await raw.get("/api/1/message")).json["msgresult"]}


async def sent_to(acton: Session, message_id: str) -> set[str | None]:
    """The addresses that a message went to."""
    return {row.email async for row in acton.reports.message_drilldown(message_id, "SENT")}


@virtual_time
async def test_drafts_and_templates_are_written_changed_and_deleted() -> None:
    """What is created can be listed, changed and deleted, each by the id that the outcome told."""
    async with stage() as (_, acton):
        draft = await acton.messages.create(type="draft", subject="Hello", title="Welcome", text="Hi")
        template = await acton.messages.create(type="template", subject="Thanks", html="<p>Thanks</p>")
        assert (draft.id, template.id) == ("d-0001", "t-0001")
        await acton.messages.update("d-0001", title="Welcome back", html="<p>Hi again</p>")
        (listed,) = await acton.messages.all(type="DRAFT")
        assert (listed.id, listed.name, listed.type) == ("d-0001", "Welcome back", "DRAFT")
        assert "<p>Hi again</p>" in await acton.messages.html("d-0001")
        await acton.messages.delete("d-0001")
        assert [each.id async for each in acton.messages.all()] == ["t-0001"]
        with pytest.raises(InvalidRequest) as refused:
            await acton.messages.html("d-0001")
        assert refused.value.code == 10030
        again = await acton.messages.create(type="draft", subject="Hello")
        assert again.id == "d-0002"


@virtual_time
async def test_a_message_goes_to_everybody_who_may_get_it() -> None:
    """A sent message is in the list, and its report and drill-downs tell who got it."""
    async with stage() as (server, acton):
        people = server.add_list("People", COLUMNS, PEOPLE)
        server.add_opt_out("bob@example.com")
        made = await acton.messages.create(type="template", subject="Hello", title="Welcome")
        await acton.messages.send(made.id or "", when=now_of(server), send_to_ids=[people], **FROM)
        (listed,) = await acton.messages.all(type="SENT")
        assert (listed.id, listed.name, listed.timestamp) == ("s-0001-2510", "Welcome", now_of(server))
        assert (listed.sender_name, listed.sender_id) == ("John Doe", "434330")
        assert await sent_to(acton, listed.id) == {"ada@example.com", "eve@example.com"}
        report = await acton.reports.message(listed.id)
        assert (report.sent, report.not_sent, report.sent_to) == (2, (1, 1), (people,))
        assert "example.com" not in repr(listed)


@virtual_time
async def test_a_scheduled_message_is_sent_when_its_time_comes() -> None:
    """Until then it is SCHEDULED and reaches nobody; then it goes to who is on the list by then."""
    async with stage() as (server, acton):
        people = server.add_list("People", COLUMNS, PEOPLE[:1])
        await acton.messages.send(
            "custom", subject="Later", when=now_of(server) + LATER, send_to_ids=[people], **FROM
        )
        (waiting,) = await acton.messages.all()
        assert (waiting.type, waiting.timestamp) == ("SCHEDULED", now_of(server) + LATER)
        assert (await acton.reports.message(waiting.id)).sent == 0
        await acton.contacts.add(people, data={"E-mail": "new@example.com"})
        server.clock.advance(LATER.total_seconds() - 1)
        assert (await acton.messages.all())[0].type == "SCHEDULED"
        server.clock.advance(2)
        assert (await acton.messages.all())[0].type == "SENT"
        assert await sent_to(acton, waiting.id) == {"ada@example.com", "new@example.com"}


@virtual_time
async def test_a_lost_reply_is_never_sent_again() -> None:
    """The mail went out once; the caller is told that nobody knows, and finds it in the list."""
    async with stage() as (server, acton):
        people = server.add_list("People", COLUMNS, PEOPLE)
        server.faults.add(Cut("acted"), on="messages.send")
        with pytest.raises(ReplyLost):
            await acton.messages.send("custom", subject="Once", when=now_of(server), send_to_ids=[people], **FROM)
        assert len(server.calls.of("messages.send")) == 1
        (found,) = await acton.messages.all(type="SENT")
        server.faults.add(Cut("acted"), on="messages.resend")
        with pytest.raises(ReplyLost):
            await acton.messages.resend(found.id, send_to_ids=[people])
        assert len(server.calls.of("messages.resend")) == 1
        report = await acton.reports.message(found.id)
        assert (report.sent, report.rebroadcast) == (6, 3)


@virtual_time
async def test_campaigns_stay_as_they_came() -> None:
    """Their shape is not published, so what the server tells is handed on."""
    async with stage() as (_, acton):
        campaigns = await acton.campaigns.all()
        assert campaigns
        assert await acton.campaigns.get(campaigns[0]["id"]) == campaigns[0]
        with pytest.raises(InvalidRequest):
            await acton.campaigns.get("unknown")


@pytest.mark.parametrize(
    ("problem", "changed"),
    [
        ("send_to_ids or send_to_record_ids", {"send_to_ids": None}),
        ("send_to_ids or send_to_record_ids", {"send_to_ids": []}),
        ("html, logo_id may be given only", {"html": "<p>Hi</p>", "logo_id": "i-1"}),
        ("needs a subject", {"message_id": "custom"}),
        ("time zone", {"when": datetime(2026, 1, 1)}),  # noqa: DTZ001 - what is tested
        ("separates", {"send_to_ids": ["l-0001,l-0002"]}),
        ("sender_email", {"sender_email": None}),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is_sent(problem: str, changed: dict[str, Any]) -> None:
    """A message without recipients, or with content that is not its own, never reaches the server."""
    given = {"message_id": "d-0001", "when": datetime(2026, 1, 1, tzinfo=UTC), "send_to_ids": ["l-0001"]}
    with pytest.raises(InvalidArgument, match=problem):
        request_of("messages.send", lambda it: it.send(**{**given, **FROM, **changed}))


async def test_the_outcomes_have_the_documented_words(raw: Raw) -> None:
    """Creating and updating tell the id."""
    given = {"type": "draft", "subject": "subjecthere", "title": "titlehere", "isnewcomposer": "true"}
    created = await raw.call("POST", "/api/1/message", data=given)
    assert created.told == (200, {"status": "success", "message": "Message created", "id": "d-0001"})
    updated = await raw.call("PUT", "/api/1/message/d-0001", data={"type": "draft", "title": "t"})
    assert updated.told == (200, {"status": "success", "message": "Message updated", "id": "d-0001"})
    assert (await raw.call("DELETE", "/api/1/message/d-0001")).json["status"] == "success"


async def test_the_list_has_the_newer_keys(raw: Raw) -> None:
    """Numbers and flags are text there, and the array is called msgresult."""
    await send(raw, await draft(raw), sendtoids=raw.server.add_list("L", COLUMNS, PEOPLE))
    answer = await raw.get("/api/1/message", type="sent", count="1000", offset="0")
    assert answer.told == (
        200,
        {
            "count": 1,
            "totalCount": 1,
            "offset": 0,
            "msgresult": [
                {
                    "name": "Welcome",
                    "msgId": "s-0001-2311",
                    "msgType": "SENT",
                    "timeStamp": "1700000000000",
                    "timeWhen": "Tue Nov 14 2:13 PM PST",
                    "senderName": "John Doe",
                    "senderId": "434330",
                    "isTextOnly": "false",
                    "senderEmail": "john.doe@act-on.com",
                }
            ],
            "id": 0,
        },
    )
    assert (await raw.get("/api/1/message", count="1", offset="1")).json["totalCount"] == 2
    assert (await raw.get("/api/1/message", type="NEW")).status == 400


async def test_unknown_and_deleted_messages_are_refused(raw: Raw) -> None:
    """All calls on one give the same code."""
    message_id = await draft(raw)
    await raw.call("DELETE", f"/api/1/message/{message_id}")
    for gone in (message_id, "s-0001-2311"):
        path = f"/api/1/message/{gone}"
        assert (await raw.get(path)).told == (400, GONE)
        assert (await raw.get(f"{path}/l-0001:0")).told == (400, GONE)
        assert (await raw.call("PUT", path, data={"subject": "x"})).told == (400, GONE)
        assert (await raw.call("DELETE", path)).told == (400, GONE)
        assert (await send(raw, gone, sendtoids=raw.server.add_list("L", COLUMNS))).told == (400, GONE)
        assert (await raw.call("PUT", f"{path}/send", data={"when": "0"})).told == (400, GONE)


async def test_one_of_two_fields_says_whom_to_send_to(raw: Raw) -> None:
    """Lists or single records; both must be there, and so must the sender be verified."""
    people = raw.server.add_list("People", COLUMNS, PEOPLE)
    message = await draft(raw)
    assert (await send(raw, message)).status == 422
    assert (await send(raw, message, sendtoids="l-ffff")).json["errorCode"] == 10004
    assert (await send(raw, message, sendtorecids=f"{people}:9")).json["errorCode"] == 10008
    assert (await send(raw, message, sendtoids=people, senderemail="eve@example.com")).status == 400
    assert (await send(raw, message, sendtoids=people, replytoemail="eve@example.com")).status == 400
    assert (await send(raw, message, sendtoids=people, categoryid="9")).status == 400
    assert list((await types_of(raw)).values()) == ["DRAFT"]
    assert (await send(raw, message, sendtorecids=f"{people}:2,{people}:0")).json["status"] == "success"
    assert await reached(raw, "s-0001-2311") == ["eve@example.com", "ada@example.com"]


async def test_custom_and_its_flag_go_together(raw: Raw) -> None:
    """The one without the other is refused; with both, the content comes with the call."""
    people = raw.server.add_list("People", COLUMNS, PEOPLE)
    assert (await send(raw, "custom", sendtoids=people, subject="S")).status == 400
    assert (await send(raw, await draft(raw), sendtoids=people, iscustom="Y")).status == 400
    assert (await send(raw, "custom", sendtoids=people, iscustom="Y")).status == 422
    content = {"subject": "S", "htmlbody": "<p>Own</p>", "textbody": "Own", "footerid": "0", "headerid": "1"}
    assert (await send(raw, "custom", sendtoids=people, iscustom="Y", **content)).status == 200
    page = (await raw.get("/api/1/message/s-0001-2311")).body.decode()
    assert "<h1>Newsletter</h1><p>Own</p>" in page


@pytest.mark.parametrize("when", ["0", str(NOW), f"{NOW}000"])
async def test_a_time_that_has_passed_means_now(raw: Raw, when: str) -> None:
    """In seconds as well as in milliseconds, as public clients send it."""
    people = raw.server.add_list("People", COLUMNS, PEOPLE)
    await send(raw, await draft(raw), sendtoids=people, when=when)
    assert (await types_of(raw))["s-0001-2311"] == "SENT"


async def test_who_gets_no_mail(raw: Raw) -> None:
    """Suppressed addresses, members of a suppressing list, category opt-outs and duplicates are left out."""
    server = raw.server
    names = ["ada", "out", "bounced", "spam", "member", "category", "ada", "no address"]
    people = server.add_list("People", COLUMNS, [[f"{name}@example.com"] for name in names])
    without = server.add_list("Members", COLUMNS, [["MEMBER@example.com"]])
    server.add_opt_out("out@example.com")
    server.add_hard_bounce("bounced@example.com")
    server.add_spam_complaint("spam@example.com")
    server.platform.subscriptions.say("category@example.com", "Newsletter", False)
    fields = {"sendtoids": people, "suppressids": without, "categoryid": "1", "issuppressduplicates": "Y"}
    await send(raw, await draft(raw), **fields)
    assert await reached(raw, "s-0001-2311") == ["ada@example.com"]
    held_back = await reached(raw, "s-0001-2311", "SUPPRESSED")
    assert held_back == [f"{name}@example.com" for name in names[1:]]
    fields |= {"suppressids": "", "issuppressduplicates": "N", "categoryid": "2", "istransactional": "Y"}
    await send(raw, "d-0001", **fields)
    mailed = await reached(raw, "s-0002-2311")
    assert mailed == [f"{name}@example.com" for name in ("ada", "out", "member", "category", "ada")]
    report = (await raw.get("/api/1/message/s-0001-2311/report")).json
    assert (report["notsent"], report["suppressedon"]) == ([7, 7], [without])


async def test_a_sent_message_is_sent_again(raw: Raw) -> None:
    """Under its own id, to other lists or, if none is named, to the same; now or later."""
    first = raw.server.add_list("First", COLUMNS, PEOPLE[:1])
    second = raw.server.add_list("Second", COLUMNS, PEOPLE[1:])
    await send(raw, await draft(raw), sendtoids=first)
    path = "/api/1/message/s-0001-2311/send"
    again = await raw.call("PUT", path, data={"sendtoids": second, "when": "1426803739000"})
    text = "Message scheduled for re-launch: s-0001-2311, API requested msgID: s-0001-2311"
    assert again.told == (200, {"status": "success", "message": text})
    assert await reached(raw, "s-0001-2311") == [row[0] for row in PEOPLE]
    await raw.call("PUT", path, data={"when": f"{NOW + 60}000"})
    assert len(await reached(raw, "s-0001-2311")) == 3
    raw.server.clock.advance(61)
    assert (await reached(raw, "s-0001-2311"))[3:] == ["ada@example.com"]
    report = (await raw.get("/api/1/message/s-0001-2311/report")).json
    assert (report["sent"], report["rebroadcast"], report["sentto"]) == (4, 3, [first, second])
    assert (await raw.call("PUT", "/api/1/message/d-0001/send", data={"when": "0"})).status == 400


async def test_only_drafts_and_templates_can_be_changed(raw: Raw) -> None:
    """And deleting a scheduled message keeps it from going out."""
    people = raw.server.add_list("People", COLUMNS, PEOPLE)
    await send(raw, await draft(raw), sendtoids=people, when=f"{NOW + 60}000")
    assert (await raw.call("PUT", "/api/1/message/s-0001-2311", data={"subject": "x"})).status == 400
    await raw.call("DELETE", "/api/1/message/s-0001-2311")
    raw.server.clock.advance(61)
    assert await types_of(raw) == {"d-0001": "DRAFT"}


async def test_a_message_whose_list_is_gone_has_failed(raw: Raw) -> None:
    """It is listed as FAILED."""
    people = raw.server.add_list("People", COLUMNS, PEOPLE)
    await send(raw, await draft(raw), sendtoids=people, when=f"{NOW + 60}000")
    await raw.call("DELETE", f"/api/1/list/{people}")
    raw.server.clock.advance(61)
    assert (await types_of(raw))["s-0001-2311"] == "FAILED"


async def test_the_preview_is_a_page_of_html(raw: Raw) -> None:
    """It has both versions of the message; a record's values are filled in."""
    people = raw.server.add_list("People", COLUMNS, PEOPLE)
    message = await draft(raw, textbody="Hi <you>")
    answer = await raw.get(f"/api/1/message/{message}")
    assert answer.headers["Content-Type"].startswith("text/html")
    page = answer.body.decode()
    for part in ("<title>Message Preview</title>", "/acton/ng-ui/vendor/jquery/jquery.min.js", "Hi &lt;you&gt;"):
        assert part in page
    for part in ('id="htmlversion"', 'id="textversion"', "showHTML()", "showText()", "<p>Hi {{First Name}}</p>"):
        assert part in page
    filled = await raw.get(f"/api/1/message/{message}/{people}:0")
    assert "<p>Hi Ada</p>" in filled.body.decode()
    assert (await raw.get(f"/api/1/message/{message}/{people}:9")).status == 400


async def test_only_recipients_react(raw: Raw) -> None:
    """A test that lets somebody click who was not mailed to is told so."""
    people = raw.server.add_list("People", COLUMNS, PEOPLE)
    await send(raw, await draft(raw), sendtorecids=f"{people}:0")
    mailroom = raw.server.platform.repository(MessageRepository)
    with pytest.raises(LookupError, match="l-0001:1 was not sent that message"):
        mailroom.click("s-0001-2311", "l-0001:1", "https://www.example.com/")
    with pytest.raises(LookupError, match="no message s-0009-2311"):
        mailroom.open("s-0009-2311", "l-0001:0")


async def test_a_sender_must_be_verified(raw: Raw) -> None:
    """Neither an unknown address nor a name that is not its own may stand on a message."""
    for sender in ({"senderemail": "eve@example.com"}, {**SENDER, "sendername": "Somebody Else"}):
        given = {"type": "draft", "subject": "Hello", **sender}
        assert (await raw.call("POST", "/api/1/message", data=given)).status == 400


async def test_reactions_go_onto_the_suppression_lists(raw: Raw) -> None:
    """Who bounces for good, opts out or complains is not mailed to again; the message's title is the origin."""
    people = raw.server.add_list("People", COLUMNS, [*PEOPLE, ["soft@example.com"]])
    await send(raw, await draft(raw), sendtoids=people)
    mailroom = raw.server.platform.repository(MessageRepository)
    mailroom.bounce("s-0001-2311", f"{people}:0")
    mailroom.opt_out("s-0001-2311", f"{people}:1")
    mailroom.complain("s-0001-2311", f"{people}:2")
    mailroom.bounce("s-0001-2311", f"{people}:3", hard=False)
    for kind, email in (("hardbounce", "ada"), ("optout", "bob"), ("spamcomplaint", "eve")):
        (entry,) = (await raw.get(f"/api/1/list/{kind}")).json["result"]
        assert (entry["email"], entry["origin"]) == (f"{email}@example.com", "Welcome")
    await send(raw, "d-0001", sendtoids=people)
    assert await reached(raw, "s-0002-2311") == ["soft@example.com"]
