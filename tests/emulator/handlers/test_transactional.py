"""Transactional mail: what is sent, what the platform refuses, and what never leaves the client."""

from __future__ import annotations

from typing import Any

import pytest

from asyncsdk import InvalidArgument, InvalidRequest, ReplyLost, ServerError
from asyncsdk.emulator import Cut, Emulator
from asyncsdk.emulator.state.messages import Content, MessageRepository
from asyncsdk.emulator.state.transactional import TransactionalRepository
from tests.emulator.driver import Raw
from tests.support.recording_caller import request_of
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

ACTIONS = {"trackOpens": True, "trackClicks": True}
PATH = "/ete/v1/email/12345/t-0001"


def template(server: Emulator) -> str:
    """The id of a new template."""
    return server.platform.repository(MessageRepository).add("template", Content(subject="Your order")).id


def mails(server: Emulator) -> TransactionalRepository:
    """What was sent."""
    return server.platform.repository(TransactionalRepository)


@virtual_time
async def test_one_mail_goes_to_one_person() -> None:
    """The account's number fills itself in, and the receipt says that the mail was sent."""
    async with stage() as (server, acton):
        receipt = await acton.transactional.send(
            template(server), to="ada@example.com", personalization={"First Name": "Ada"}, tag="orders"
        )
        assert (receipt.success, receipt.message) == (True, "Email Sent Successfully")
        (mail,) = mails(server).all()
        assert (mail.template, mail.recipient) == ("t-0001", "ada@example.com")
        assert mail.body["metadata"] == {"tagList": ["orders"]}
        assert mail.body["content"] == {"personalizationDataMap": {"First Name": "Ada"}}


@virtual_time
async def test_copies_that_get_no_mail_are_told_of() -> None:
    """The mail goes out without them; the receipt hides the addresses from logs."""
    async with stage() as (server, acton):
        server.add_opt_out("bob@example.com")
        receipt = await acton.transactional.send(
            template(server), to="ada@example.com", cc=["eve@example.com", "bob@example.com"]
        )
        assert receipt.suppressed_recipients == ("bob@example.com",)
        assert "bob" not in repr(receipt)


@virtual_time
async def test_a_suppressed_recipient_is_an_error() -> None:
    """Opt-outs bar commercial mail only, bounces bar all; the error does not name the address."""
    async with stage() as (server, acton):
        server.add_opt_out("out@example.com")
        server.add_hard_bounce("bounced@example.com")
        template_id = template(server)
        with pytest.raises(InvalidRequest, match="Recipient email has been suppressed") as refused:
            await acton.transactional.send(template_id, to="out@example.com")
        assert "out@example.com" not in str(refused.value)
        with pytest.raises(InvalidRequest):
            await acton.transactional.send(template_id, to="bounced@example.com", transactional=True)
        await acton.transactional.send(template_id, to="OUT@example.com", transactional=True)
        assert [mail.recipient for mail in mails(server).all()] == ["OUT@example.com"]


@virtual_time
async def test_an_account_that_is_not_entitled_is_not_asked_twice() -> None:
    """That is a server error by its status, but no repetition mends it."""
    async with stage() as (server, acton):
        mails(server).entitled = False
        with pytest.raises(ServerError, match="A transactional subscription is required"):
            await acton.transactional.send(template(server), to="ada@example.com", transactional=True)
        assert len(server.calls.of("transactional.send")) == 1


@virtual_time
async def test_a_lost_reply_is_never_sent_again() -> None:
    """The person gets one mail."""
    async with stage() as (server, acton):
        server.faults.add(Cut("acted"), on="transactional.send")
        with pytest.raises(ReplyLost):
            await acton.transactional.send(template(server), to="ada@example.com")
        assert len(mails(server).all()) == 1


@pytest.mark.parametrize(
    ("problem", "changed"),
    [
        ("cc has 6 members", {"cc": ["a@example.com"] * 6}),
        ("cc must be a sequence", {"cc": "a@example.com"}),
        ("each of cc must be text", {"cc": [7]}),
        ("subject has 91 characters", {"subject": "x" * 91}),
        ("preview has 241 characters", {"preview": "x" * 241}),
        ("external_id has 129 characters", {"external_id": "x" * 129}),
        ("tag has 49 characters", {"tag": "x" * 49}),
        ("tag must be text", {"tag": ["orders"]}),
        ("personalization must be a mapping", {"personalization": "Ada"}),
        ("personalization must map text to text", {"personalization": {"Age": 7}}),
        ("to must be given", {"to": None}),
        ("track_opens must be True or False", {"track_opens": "true"}),
    ],
)
def test_the_documented_maxima_hold_before_anything_is_sent(problem: str, changed: dict[str, Any]) -> None:
    """What the platform would not take never reaches it."""
    given = {"template_id": "t-0001", "to": "ada@example.com", "account_id": "12345"}
    with pytest.raises(InvalidArgument, match=problem):
        request_of("transactional.send", lambda it: it.send(**{**given, **changed}))


def test_the_greatest_values_are_sent() -> None:
    """The maxima themselves are allowed."""
    request = request_of(
        "transactional.send",
        lambda it: it.send(
            "t-0001",
            to="ada@example.com",
            cc=["a@example.com"] * 5,
            subject="x" * 90,
            preview="x" * 240,
            external_id="x" * 128,
            tag="x" * 48,
            account_id="12345",
        ),
    )
    assert request.json["metadata"] == {"externalId": "x" * 128, "tagList": ["x" * 48]}


async def test_the_answers_on_the_wire(raw: Raw) -> None:
    """Bodies and statuses are the documented ones, the colon in the error's name included."""
    body = {"envelope": {"toAddress": "example@email.com"}, "actions": ACTIONS}
    unknown = await raw.call("POST", "/ete/v1/email/12345/t-0099", json=body)
    assert unknown.told == (
        400,
        {
            "errorName": "Invalid ID in request:",
            "message": "The email template, t-0099, does not exist for this account.",
        },
    )
    template(raw.server)
    sent = await raw.call("POST", PATH, json=body)
    assert sent.told == (
        200,
        {"success": True, "message": "Email Sent Successfully", "suppressedRecipients": []},
    )
    raw.server.add_opt_out("example@email.com")
    suppressed = await raw.call("POST", PATH, json=body)
    assert suppressed.told == (
        400,
        {
            "success": False,
            "message": "Recipient email has been suppressed",
            "suppressedRecipients": ["example@email.com"],
        },
    )
    mails(raw.server).entitled = False
    entitled = await raw.call("POST", PATH, json={**body, "metadata": {"transactional": True}})
    assert entitled.told == (
        500,
        {
            "errorName": "EmailServiceException",
            "message": "A transactional subscription is required in order to send transactional messages."
            " Account: 12345",
        },
    )


@pytest.mark.parametrize(
    "body",
    [
        {"envelope": {"toAddress": "a@example.com", "ccAddressList": ["b@example.com"] * 6}},
        {"envelope": {"toAddress": "a@example.com", "fromAddress": "eve@example.com"}},
        {"envelope": {"toAddress": "a@example.com"}, "content": {"subjectLine": "x" * 91}},
        {"envelope": {"toAddress": "a@example.com"}, "metadata": {"tagList": ["a", "b"]}},
        {"envelope": {"toAddress": "a@example.com"}, "metadata": {"externalId": "x" * 129}},
        {"envelope": {}},
    ],
)
async def test_what_exceeds_the_documented_maxima_is_refused(raw: Raw, body: dict[str, Any]) -> None:
    """Nothing is sent then, nor from an address that is not verified, nor to nobody."""
    template(raw.server)
    answer = await raw.call("POST", PATH, json={**body, "actions": ACTIONS})
    assert 400 <= answer.status < 500
    assert mails(raw.server).all() == []


async def test_another_accounts_number_is_refused(raw: Raw) -> None:
    """A template of this account is not found under another's number."""
    template(raw.server)
    body = {"envelope": {"toAddress": "a@example.com"}, "actions": ACTIONS}
    assert (await raw.call("POST", "/ete/v1/email/777/t-0001", json=body)).status == 403
