"""Handlers of ``messages.*``: drafts, templates, and sent messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from asyncsdk.emulator.handlers.messages_sending import SendingHandlers
from asyncsdk.emulator.http.responses import UNPUBLISHED, Answer, Reply, refusal, success
from asyncsdk.emulator.processing.message_preview import framed, preview, record_values
from asyncsdk.emulator.state.messages import Content, MessageRepository, StoredMessage
from asyncsdk.models import MessageKind, MessageType

__all__ = ["Messages"]

PAGE = 1000
_TEXT_TIME = "%a %b %d %I:%M %p %Z"


class Messages(SendingHandlers):
    """Carries out ``messages.*``; the statuses of code 10030 are guesses here, after the report's."""

    def all(self, *, type: MessageType | None = None, count: int | None = None, offset: int | None = None) -> Reply:
        """List messages of a type, in the newer generation of keys; without a type all, which is a guess."""
        start = offset or 0
        total, found = self.platform.repository(MessageRepository).page(
            None if type is None else type.upper(), start, PAGE if count is None else count
        )
        entries = [self._entry(message) for message in found]
        return {"count": len(entries), "totalCount": total, "offset": start, "msgresult": entries, "id": 0}

    def _entry(self, message: StoredMessage) -> dict[str, Any]:
        content = message.content
        sender = self.sender(content.sender_email)
        return {
            "name": content.title or content.subject,
            "msgId": message.id,
            "msgType": message.type,
            "timeStamp": str(message.time),
            "timeWhen": self.platform.date_text(message.time, _TEXT_TIME).replace(" 0", " "),
            "senderName": content.sender_name,
            "senderId": "" if sender is None else sender["senderId"],
            "isTextOnly": "true" if content.text_only else "false",
            "senderEmail": content.sender_email,
        }

    async def create(
        self,
        *,
        type: MessageKind,
        subject: str,
        title: str | None = None,
        html: str | None = None,
        text: str | None = None,
        folder: str | None = None,
        sender_name: str | None = None,
        sender_email: str | None = None,
        header_id: str | None = None,
        footer_id: str | None = None,
        logo_id: str | None = None,
        new_composer: bool | None = None,
    ) -> Reply:
        """Write a draft or a template; who is not a verified sender is refused in words of our own."""
        if sender_email:
            self.verified(sender_email, sender_name)
        user_name, user_email, _ = self.platform.users.described(self.received.user)
        content = Content(
            subject=subject,
            title=title or "",
            html=html or "",
            text=text or "",
            folder=folder or "Default Folder",
            sender_name=sender_name or user_name,
            sender_email=sender_email or user_email,
            header=header_id,
            footer=footer_id,
            logo=logo_id,
            text_only=bool(text) and not html,
        )
        made = self.platform.repository(MessageRepository).add(type, content)
        return success("Message created", id=made.id)

    async def update(
        self,
        message_id: str,
        *,
        subject: str | None = None,
        title: str | None = None,
        html: str | None = None,
        text: str | None = None,
    ) -> Reply:
        """Change a draft or a template; what a sent message gets is a guess."""
        messages = self.platform.repository(MessageRepository)
        message = messages.require(message_id)
        if message.type not in {"DRAFT", "TEMPLATE"}:
            raise refusal(UNPUBLISHED, "Only drafts and templates can be updated")
        old = message.content
        changed = evolve(
            old,
            subject=old.subject if subject is None else subject,
            title=old.title if title is None else title,
            html=old.html if html is None else html,
            text=old.text if text is None else text,
        )
        messages.change(message, changed)
        return success("Message updated", id=message.id)

    async def delete(self, message_id: str) -> Reply:
        """Delete a message; the answer's body is a guess."""
        messages = self.platform.repository(MessageRepository)
        messages.remove(messages.require(message_id))
        return success("Message deleted")

    async def html(self, message_id: str, record_id: str | None = None) -> Reply:
        """Give the preview; what an unknown record gets is a guess."""
        content = self.platform.repository(MessageRepository).require(message_id).content
        header, footer = framed(self.platform, content)
        page = preview(content, header, footer, {} if record_id is None else self._values(record_id))
        return Answer(page, content_type="text/html;charset=UTF-8")

    def _values(self, record_id: str) -> Mapping[str, str]:
        values = record_values(self.platform, record_id)
        if values is None:
            raise refusal(10008, "Invalid contact")
        return values
