"""Endpoints of messages: drafts, templates, and what was sent or is to be sent."""

from __future__ import annotations

from aiohttp import web

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.mail_preview import PREVIEW_QUERY, mail_preview
from asyncsdk.emulator.console.messages import ConsoleError, ConsoleRequest, JsonObject
from asyncsdk.emulator.console.paging import PAGE_QUERY, page_of
from asyncsdk.emulator.processing.message_preview import record_values
from asyncsdk.emulator.state.deliveries import Delivery, DeliveryRepository
from asyncsdk.emulator.state.messages import Launch, MessageRepository, StoredMessage

__all__ = ["ENDPOINTS"]


def read_all(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List the messages, the newest first, with how often each was sent, held back, opened, clicked and bounced."""
    messages = account.platform.repository(MessageRepository)
    found = messages.newest(*page_of(request))
    return {"total": messages.page(None, 0, 0)[0], "messages": [_told(account, message) for message in found]}


def read(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Tell one message, with its HTML and its text."""
    message = _named_message(account, request)
    return {**_told(account, message), "html": message.content.html, "text": message.content.text}


def preview(account: EmulatedAccount, request: ConsoleRequest) -> web.Response:
    """Show a message as ``text/html``, in a sandbox: ``part`` is html or text, ``record_id`` fills in values."""
    message, record_id = _named_message(account, request), request.query.get("record_id")
    values = dict[str, str]() if record_id is None else record_values(account.platform, record_id)
    if values is None:
        raise ConsoleError(404, f"There is no record {(record_id or '')[:60]!r}.")
    return mail_preview(account.platform, request, message.content, values)


def deliveries(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List the mails of a message, in the order in which they were sent, with what their recipients did."""
    message = _named_message(account, request)
    found = account.platform.repository(DeliveryRepository)
    page = found.page(message.number, *page_of(request))
    return {"total": found.count(message.number), "deliveries": [_told_delivery(each) for each in page]}


def _named_message(account: EmulatedAccount, request: ConsoleRequest) -> StoredMessage:
    message_id = request.path["message_id"]
    found = account.platform.repository(MessageRepository).find(message_id)
    if found is None:
        raise ConsoleError(404, f"There is no message {message_id[:60]!r}.")
    return found


def _told(account: EmulatedAccount, message: StoredMessage) -> JsonObject:
    content = message.content
    totals = account.platform.repository(DeliveryRepository).totals(message.number)
    launches = account.platform.repository(MessageRepository).launches(message)
    return {
        "id": message.id,
        "type": message.type,
        "title": content.title,
        "subject": content.subject,
        "folder": content.folder,
        "from": {"name": content.sender_name, "email": content.sender_email},
        "time": message.time,
        "category": content.category,
        "transactional": content.transactional,
        "text_only": content.text_only,
        "sent": totals["SENT"],
        "suppressed": totals["SUPPRESSED"],
        "opened": totals["OPENED"],
        "clicked": totals["CLICKED"],
        "bounced": totals["BOUNCED"],
        "launches": [_told_launch(launch) for launch in launches],
    }


def _told_launch(launch: Launch) -> JsonObject:
    return {
        "time": launch.due,
        "state": launch.state.lower(),
        "again": launch.again,
        "lists": list(launch.audience.lists),
        "records": len(launch.audience.records),
        "without": list(launch.audience.without),
    }


def _told_delivery(delivery: Delivery) -> JsonObject:
    return {
        "email": delivery.email,
        "name": delivery.name,
        "list_id": delivery.list_id,
        "record_id": delivery.record_id,
        "time": delivery.time,
        "state": "suppressed" if delivery.barred else "sent",
        "reason": delivery.barred or None,
        "again": delivery.again,
        "reactions": [
            {"kind": each.verb.lower(), "detail": each.detail, "time": each.time} for each in delivery.reactions
        ],
    }


ENDPOINTS = (
    Endpoint("GET", "/messages", read_all, PAGE_QUERY),
    Endpoint("GET", "/messages/{message_id}", read),
    Endpoint("GET", "/messages/{message_id}/preview", preview, (*PREVIEW_QUERY, "record_id")),
    Endpoint("GET", "/messages/{message_id}/deliveries", deliveries, PAGE_QUERY),
)
