"""Routes of ``messages``: drafts, templates, and sent messages.

Source: Act-On developer documentation, Email Campaign API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from asyncsdk import models
from asyncsdk.errors import InvalidArgument
from asyncsdk.http.messages import Effect
from asyncsdk.pagination.paged_list import Pages
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import Flag, Joined, Maximum, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Messages"]

_CUSTOM: Final = "custom"
"""The id that stands for a message that comes with the call."""

_CONTENT: Final = ("html", "text", "header_id", "footer_id", "logo_id")
"""What only such a message may bring along."""


def _is_custom(arguments: Mapping[str, Any]) -> Mapping[str, str]:
    return {"iscustom": "Y"} if arguments["message_id"] == _CUSTOM else {}


def _can_be_sent(arguments: Mapping[str, Any]) -> None:
    if not arguments["send_to_ids"] and not arguments["send_to_record_ids"]:
        raise InvalidArgument("send_to_ids or send_to_record_ids must be given: whom to send to.")
    content = [name for name in _CONTENT if arguments[name] is not None]
    if arguments["message_id"] != _CUSTOM and content:
        raise InvalidArgument(f"{', '.join(content)} may be given only with the message id 'custom'.")
    if arguments["message_id"] == _CUSTOM and arguments["subject"] is None:
        raise InvalidArgument("A message with the id 'custom' needs a subject.")


class Messages(Resource):
    """Messages: drafts, templates, and what was sent."""

    @route.get("/api/1/message", shape=Shape.CAPTURED)
    def all(
        self,
        *,
        type: models.MessageType | None = None,
        count: Annotated[int | None, Maximum(1000)] = None,
        offset: int | None = None,
    ) -> Pages[models.Message]:
        """List the account's messages of one type.

        Args:
            type: which; what the server lists without it is not published.
            count: how many to a page, at most 1,000.
            offset: how many to skip.
        """

    @route.post("/api/1/message", effect=Effect.UNSAFE, shape=Shape.DOCUMENTED)
    async def create(
        self,
        *,
        type: models.MessageKind,
        subject: str,
        title: str | None = None,
        html: Annotated[str | None, WireName("htmlbody")] = None,
        text: Annotated[str | None, WireName("textbody")] = None,
        folder: Annotated[str | None, WireName("foldername")] = None,
        sender_name: Annotated[str | None, WireName("sendername")] = None,
        sender_email: Annotated[str | None, WireName("senderemail")] = None,
        header_id: Annotated[str | None, WireName("headerid")] = None,
        footer_id: Annotated[str | None, WireName("footerid")] = None,
        logo_id: Annotated[str | None, WireName("logoid")] = None,
        new_composer: Annotated[bool | None, WireName("isnewcomposer"), Flag("true", "false")] = None,
    ) -> models.Outcome:
        """Create a draft or a template; the outcome has its id.

        Args:
            type: which of the two.
            subject: the subject that recipients see.
            title: the title that the account's users see.
            html: one block of content as HTML, not a whole mail.
            text: the content as plain text.
            folder: the folder to put it in.
            sender_name: whom it comes from; must be verified in the account.
            sender_email: the address that it comes from; must be verified in the account.
            header_id: the header to put above the content.
            footer_id: the footer to put below it.
            logo_id: the logo.
            new_composer: whether people edit it with the new composer, and not with the old one.
        """

    @route.put("/api/1/message/{message_id}", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED)
    async def update(
        self,
        message_id: str,
        *,
        subject: str | None = None,
        title: str | None = None,
        html: Annotated[str | None, WireName("htmlbody")] = None,
        text: Annotated[str | None, WireName("textbody")] = None,
    ) -> models.Outcome:
        """Change a draft or a template; sent in the body, as the documentation's curl example does.

        Args:
            message_id: the draft or template, such as ``d-0004``.
            subject: the subject that recipients see.
            title: the title that the account's users see.
            html: the content as HTML.
            text: the content as plain text.
        """

    @route.delete("/api/1/message/{message_id}", effect=Effect.IDEMPOTENT, shape=Shape.GUESSED)
    async def delete(self, message_id: str) -> models.Outcome:
        """Delete a message or template.

        Args:
            message_id: the message, such as ``d-0004``.
        """

    @route.post(
        "/api/1/message/{message_id}/send",
        effect=Effect.UNSAFE,
        shape=Shape.GUESSED,
        assemble=_is_custom,
        check=_can_be_sent,
    )
    async def send(
        self,
        message_id: str,
        *,
        sender_email: Annotated[str, WireName("senderemail")],
        sender_name: Annotated[str, WireName("sendername")],
        when: datetime,
        send_to_ids: Annotated[Sequence[str] | None, WireName("sendtoids"), Joined(",")] = None,
        send_to_record_ids: Annotated[Sequence[str] | None, WireName("sendtorecids"), Joined(",")] = None,
        suppress_ids: Annotated[Sequence[str] | None, WireName("suppressids"), Joined(",")] = None,
        suppress_duplicates: Annotated[bool | None, WireName("issuppressduplicates")] = None,
        title: str | None = None,
        subject: str | None = None,
        html: Annotated[str | None, WireName("htmlbody")] = None,
        text: Annotated[str | None, WireName("textbody")] = None,
        header_id: Annotated[str | None, WireName("headerid")] = None,
        footer_id: Annotated[str | None, WireName("footerid")] = None,
        logo_id: Annotated[str | None, WireName("logoid")] = None,
        text_only: Annotated[bool | None, WireName("istextonly")] = None,
        transactional: Annotated[bool | None, WireName("istransactional")] = None,
        category_id: Annotated[str | None, WireName("categoryid")] = None,
        when_end: Annotated[datetime | None, WireName("whenend")] = None,
        time_zone: Annotated[str | None, WireName("timezone")] = None,
        crm_notes: Annotated[bool | None, WireName("createcrmmsgsentnotes"), Flag("true", "false")] = None,
        reply_to_email: Annotated[str | None, WireName("replytoemail")] = None,
        reply_to_name: Annotated[str | None, WireName("replytoname")] = None,
    ) -> models.Outcome:
        """Send a message to lists or to single records, now or later.

        It is never repeated once it may have reached the server: there is no idempotency key, and sending twice
        means two mails in every inbox. After ``ReplyLost``, look whether it was sent: in ``messages.all`` with
        the type ``SENT`` or ``SCHEDULED``, or in ``reports.message``.

        The shape of the answer is not published; it is taken to be that of ``resend``.

        Args:
            message_id: a draft, a template or a sent message, such as ``d-0004``; or ``custom`` for a message
                that comes with the call: it needs a subject, and may have what is only for ``custom`` below.
            sender_email: the address that it comes from; must be verified in the account.
            sender_name: whom it comes from; must be verified in the account.
            when: when to send it; sent as milliseconds, as the documentation's example has it, while one public
                client sends seconds. A time that has passed seems to mean at once, going by public clients.
            send_to_ids: lists and segments, such as ``l-0001``; these or ``send_to_record_ids`` must be given.
            send_to_record_ids: single records, such as ``l-0001:2``.
            suppress_ids: lists whose members do not get it.
            suppress_duplicates: whether an address that comes up several times gets it once.
            title: the title that the account's users see.
            subject: the subject that recipients see; by default the message's own.
            html: one block of content as HTML; only with ``custom``.
            text: the content as plain text; only with ``custom``.
            header_id: the header to put above the content; only with ``custom``.
            footer_id: the footer to put below it; only with ``custom``.
            logo_id: the logo; only with ``custom``.
            text_only: whether it goes out without HTML.
            transactional: whether it is a transactional message.
            category_id: the subscription category that it belongs to.
            when_end: when to be done, if it is to be sent over time.
            time_zone: the zone of recipients who have none, if it is to be sent by each recipient's time.
            crm_notes: whether the CRM notes it, where it goes to a list of the CRM.
            reply_to_email: the address that answers go to; must be verified in the account.
            reply_to_name: the name that answers go to; must be verified in the account.
        """

    @route.put("/api/1/message/{message_id}/send", effect=Effect.UNSAFE, shape=Shape.DOCUMENTED)
    async def resend(
        self,
        message_id: str,
        *,
        send_to_ids: Annotated[Sequence[str] | None, WireName("sendtoids"), Joined(",")] = None,
        send_to_record_ids: Annotated[Sequence[str] | None, WireName("sendtorecids"), Joined(",")] = None,
        suppress_ids: Annotated[Sequence[str] | None, WireName("suppressids"), Joined(",")] = None,
        suppress_duplicates: Annotated[bool | None, WireName("issuppressduplicates")] = None,
        when: datetime | None = None,
    ) -> models.Outcome:
        """Send a sent message again; like ``send``, it is never repeated once it may have reached the server.

        There is no idempotency key: after ``ReplyLost``, look in ``messages.all`` or ``reports.message``.
        Everything is sent in the body, as the documentation's curl example does.

        Args:
            message_id: the sent message, such as ``s-0001-2409``.
            send_to_ids: lists and segments, such as ``l-0001``.
            send_to_record_ids: single records, such as ``l-0001:2``.
            suppress_ids: lists whose members do not get it.
            suppress_duplicates: whether an address that comes up several times gets it once.
            when: when to send it.
        """

    @route.get("/api/1/message/{message_id}/{record_id}", shape=Shape.DOCUMENTED)
    async def html(self, message_id: str, record_id: str | None = None) -> str:
        """Give a message as a page of HTML, a preview with its HTML and its text.

        Args:
            message_id: a draft, a template or a sent message, such as ``s-0001-2409``.
            record_id: the record to personalize it for, such as ``l-0001:2``; one source has it as required.
        """
