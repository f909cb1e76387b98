"""Handlers of ``transactional.*``: mail to single recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import Answer, Refusal, Reply, named
from asyncsdk.emulator.state.addresses import normalized
from asyncsdk.emulator.state.messages import MessageRepository, StoredMessage
from asyncsdk.emulator.state.recipients import barred_from_mail
from asyncsdk.emulator.state.transactional import TransactionalRepository

__all__ = ["Transactional"]

_LONGEST: Final = {"subjectLine": 90, "previewText": 240, "externalId": 128, "tag": 48}
_COPIES: Final = 5


class Transactional(Handler, api.Transactional):
    """Carries out ``transactional.*``."""

    async def send(
        self,
        template_id: str,
        *,
        to: str,
        cc: Sequence[str] | None = None,
        sender_email: str | None = None,
        sender_name: str | None = None,
        reply_to: str | None = None,
        subject: str | None = None,
        preview: str | None = None,
        personalization: Mapping[str, str] | None = None,
        transactional: bool | None = None,
        external_id: str | None = None,
        tag: Any = None,
        track_opens: bool = True,
        track_clicks: bool = True,
        delivery_when_delayed: bool | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Send one mail; copies to suppressed addresses are left out and listed in the answer, which is a guess."""
        self._check(subject, preview, external_id, tag, cc or ())
        for address in (sender_email, reply_to):
            if address is not None and not self._verified(address):
                raise _invalid("The sender is not verified for this account.")
        template = self._template(template_id)
        mails = self.platform.repository(TransactionalRepository)
        if transactional and not mails.entitled:
            raise self._not_entitled()
        barred = barred_from_mail(self.platform, transactional=bool(transactional))
        if normalized(to) in barred:
            raise Refusal(Answer(_body(False, "Recipient email has been suppressed", [to]), 400))
        mails.add(template.id, to, self.received.json)
        return _body(True, "Email Sent Successfully", [copy for copy in cc or () if normalized(copy) in barred])

    def _template(self, template_id: str) -> StoredMessage:
        template = self.platform.repository(MessageRepository).find(template_id)
        if template is None or template.type != "TEMPLATE":
            raise named(
                400,
                "Invalid ID in request:",
                f"The email template, {template_id}, does not exist for this account.",
            )
        return template

    def _not_entitled(self) -> Refusal:
        return named(
            500,
            "EmailServiceException",
            "A transactional subscription is required in order to send transactional messages."
            f" Account: {self.platform.settings.account_id}",
        )

    def _verified(self, address: str) -> bool:
        senders = self.platform.settings.senders
        return normalized(address) in {normalized(sender["senderEmail"]) for sender in senders}

    @staticmethod
    def _check(
        subject: str | None, preview: str | None, external_id: str | None, tag: Any, cc: Sequence[str]
    ) -> None:
        """The documented maxima; how the platform refuses what exceeds them is not published."""
        tags = _texts_in("tagList", tag)
        texts = {"subjectLine": subject, "previewText": preview, "externalId": external_id}
        texts["tag"] = tags[0] if tags else None
        for name, text in texts.items():
            if text is not None and len(text) > _LONGEST[name]:
                raise _invalid(f"{name} is longer than {_LONGEST[name]} characters.")
        if len(cc) > _COPIES or len(tags) > 1:
            raise _invalid("Too many addresses or tags.")


def _texts_in(name: str, value: object) -> Sequence[str]:
    if value is None:
        return ()
    members: Sequence[object] = cast("list[object]", value) if isinstance(value, list) else (None,)
    texts = [each for each in members if isinstance(each, str)]
    if len(texts) != len(members):
        raise _invalid(f"{name} must be an array of texts.")
    return texts


def _invalid(message: str) -> Refusal:
    return named(400, "Invalid request:", message)


def _body(success: bool, message: str, suppressed: Sequence[str]) -> dict[str, Any]:
    return {"success": success, "message": message, "suppressedRecipients": list(suppressed)}
