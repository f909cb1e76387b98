"""Handlers of ``messages.*`` that send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import evolve

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import UNPUBLISHED, Reply, missing, refusal, success
from asyncsdk.emulator.state.messages import Content, MessageRepository
from asyncsdk.emulator.state.recipients import Audience, list_of

__all__ = ["SendingHandlers"]

_CUSTOM: Final = "custom"


class SendingHandlers(Handler, api.Messages):
    """Sending and sending again; the sentences of refusals are guesses, unless the code is known."""

    async def send(
        self,
        message_id: str,
        *,
        sender_email: str,
        sender_name: str,
        when: datetime,
        send_to_ids: Sequence[str] | None = None,
        send_to_record_ids: Sequence[str] | None = None,
        suppress_ids: Sequence[str] | None = None,
        suppress_duplicates: bool | None = None,
        title: str | None = None,
        subject: str | None = None,
        html: str | None = None,
        text: str | None = None,
        header_id: str | None = None,
        footer_id: str | None = None,
        logo_id: str | None = None,
        text_only: bool | None = None,
        transactional: bool | None = None,
        category_id: str | None = None,
        when_end: datetime | None = None,
        time_zone: str | None = None,
        crm_notes: bool | None = None,
        reply_to_email: str | None = None,
        reply_to_name: str | None = None,
    ) -> Reply:
        """Send a message, now or when its time has come; the answer's text is a guess after the other's."""
        self.verified(sender_email, sender_name)
        if reply_to_email:
            self.verified(reply_to_email, reply_to_name)
        own = Content(subject=subject or "", html=html or "", text=text or "", text_only=not html)
        own = evolve(own, header=header_id, footer=footer_id, logo=logo_id)
        content = self._content(message_id, own)
        content = evolve(content, sender_name=sender_name, sender_email=sender_email)
        content = evolve(content, title=title or content.title or content.subject)
        content = evolve(content, transactional=bool(transactional), category=self._category(category_id))
        if text_only is not None:
            content = evolve(content, text_only=text_only)
        if not send_to_ids and not send_to_record_ids:
            raise missing("sendtoids")
        audience = self._audience(send_to_ids, send_to_record_ids, suppress_ids, suppress_duplicates)
        return self._launched(message_id, content, audience, self._due(when))

    async def resend(
        self,
        message_id: str,
        *,
        send_to_ids: Sequence[str] | None = None,
        send_to_record_ids: Sequence[str] | None = None,
        suppress_ids: Sequence[str] | None = None,
        suppress_duplicates: bool | None = None,
        when: datetime | None = None,
    ) -> Reply:
        """Send a sent message again; without recipients, to those of the first time, which is a guess."""
        messages = self.platform.repository(MessageRepository)
        message = messages.require(message_id)
        if message.type in {"DRAFT", "TEMPLATE"}:
            raise refusal(UNPUBLISHED, "Only sent messages can be sent again")
        audience = self._audience(send_to_ids, send_to_record_ids, suppress_ids, suppress_duplicates)
        if not audience.lists and not audience.records:
            first = messages.audiences(message)[0]
            audience = evolve(audience, lists=first.lists, records=first.records)
        messages.launch(message, audience, self._due(when), again=True)
        return _scheduled("re-launch", message.id, message_id)

    def _launched(self, requested_id: str, content: Content, audience: Audience, due: int) -> Reply:
        messages = self.platform.repository(MessageRepository)
        message = messages.add("sent", content, due)
        messages.launch(message, audience, due)
        return _scheduled("launch", message.id, requested_id)

    def sender(self, email: str) -> Mapping[str, str] | None:
        """The verified sender with an address."""
        key = email.casefold()
        senders = self.platform.settings.senders
        return next((each for each in senders if each["senderEmail"].casefold() == key), None)

    def verified(self, email: str, name: str | None) -> None:
        """Refuse who may not send."""
        sender = self.sender(email)
        if sender is None or name not in (None, sender["senderName"]):
            raise refusal(UNPUBLISHED, "Sender is not verified")

    def _content(self, message_id: str, own: Content) -> Content:
        """The content to send; the id ``custom`` and the flag of that name go together."""
        flag = self.received.fields.get("iscustom", ["N"])[0].casefold() == "y"
        if flag != (message_id == _CUSTOM):
            raise refusal(UNPUBLISHED, "Invalid parameter - iscustom")
        if not flag:
            content = self.platform.repository(MessageRepository).require(message_id).content
            return evolve(content, subject=own.subject or content.subject)
        if not own.subject:
            raise missing("subject")
        return own

    def _category(self, category_id: str | None) -> str | None:
        if category_id is None:
            return None
        for category in self.platform.settings.categories:
            if category["id"] == category_id:
                return category["name"]
        raise refusal(UNPUBLISHED, "Invalid subscription category")

    def _audience(
        self,
        lists: Sequence[str] | None,
        records: Sequence[str] | None,
        without: Sequence[str] | None,
        once: bool | None,
    ) -> Audience:
        """Whom to send to; all of it must be there now."""
        for list_id in (*(lists or ()), *(without or ())):
            self.platform.lists.require(list_id)
        for record_id in records or ():
            if self.platform.records.by_id(self.platform.lists.require(list_of(record_id)), record_id) is None:
                raise refusal(10008, "Invalid contact")
        return Audience(list(lists or ()), list(records or ()), list(without or ()), bool(once))

    def _due(self, when: datetime | None) -> int:
        """The time to send at; one that has passed means now."""
        now = self.platform.clock.milliseconds()
        return now if when is None else max(now, round(when.timestamp() * 1000))


def _scheduled(what: str, message_id: str, requested: str) -> Reply:
    return success(f"Message scheduled for {what}: {message_id}, API requested msgID: {requested}")
