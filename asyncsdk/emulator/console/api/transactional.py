"""Endpoints of transactional mail.

The state keeps of a mail what the call asked for, and the id of its template: not the HTML that it was made of. So
a preview is of the template as it is now.
"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from attrs import evolve

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.mail_preview import PREVIEW_QUERY, mail_preview
from asyncsdk.emulator.console.messages import ConsoleError, ConsoleRequest, JsonObject
from asyncsdk.emulator.console.paging import PAGE_QUERY, page_of
from asyncsdk.emulator.http.json_reader import array_in, object_in, text_in
from asyncsdk.emulator.state.messages import Content, MessageRepository
from asyncsdk.emulator.state.transactional import TransactionalMail, TransactionalRepository

__all__ = ["ENDPOINTS"]


def read_all(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List transactional mail, the newest first."""
    mails = account.platform.repository(TransactionalRepository)
    found = mails.newest(*page_of(request))
    return {"total": mails.count(), "transactional": [_told(account, mail) for mail in found]}


def preview(account: EmulatedAccount, request: ConsoleRequest) -> web.Response:
    """Show a transactional mail as ``text/html``, in a sandbox, from its template as it is now: ``?part=html``."""
    mail_id = request.path["mail_id"]
    mail = account.platform.repository(TransactionalRepository).get(mail_id)
    if mail is None:
        raise ConsoleError(404, f"There is no transactional mail {mail_id[:40]!r}.")
    content = _template(account, mail)
    if content is None:
        raise ConsoleError(404, f"The template {mail.template} was deleted; what the mail said is not kept.")
    return mail_preview(account.platform, request, content, _values(mail))


def _template(account: EmulatedAccount, mail: TransactionalMail) -> Content | None:
    template = account.platform.repository(MessageRepository).find(mail.template)
    return None if template is None else template.content


def _values(mail: TransactionalMail) -> Mapping[str, str]:
    """What fills the places of columns."""
    values = object_in(object_in(mail.body.get("content")).get("personalizationDataMap"))
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _told(account: EmulatedAccount, mail: TransactionalMail) -> JsonObject:
    envelope, metadata = object_in(mail.body.get("envelope")), object_in(mail.body.get("metadata"))
    content = _template(account, mail) or Content()
    own = text_in(object_in(mail.body.get("content")), "subjectLine")
    content = evolve(content, subject=own or content.subject)
    tags = array_in(metadata.get("tagList"))
    return {
        "id": mail.id,
        "template_id": mail.template,
        "title": content.title,
        "subject": content.subject,
        "recipient": mail.recipient,
        "cc": array_in(envelope.get("ccAddressList")) or [],
        "from": {
            "name": text_in(envelope, "fromDisplayName") or content.sender_name,
            "email": text_in(envelope, "fromAddress") or content.sender_email,
        },
        "tag": tags[0] if tags else None,
        "external_id": text_in(metadata, "externalId") or None,
        "personalization": _values(mail),
        "time": mail.time,
    }


ENDPOINTS = (
    Endpoint("GET", "/transactional", read_all, PAGE_QUERY),
    Endpoint("GET", "/transactional/{mail_id}/preview", preview, PREVIEW_QUERY),
)
