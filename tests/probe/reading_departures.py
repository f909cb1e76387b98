"""Departures that reading checks find."""

from __future__ import annotations

from tests.probe.departure import (
    LIST,
    STATUS,
    Departure,
    answered,
    each_member,
    json,
    key,
    on,
    other_status,
    renamed,
    text,
    without,
)
from tests.support.departing import Served

__all__ = ["READS"]


def _without_request_id(served: Served) -> None:
    served.headers = {name: value for name, value in served.headers.items() if name.lower() != "x-request-id"}


def _shorter(served: Served) -> None:
    """A page without a count has a hundred records."""
    body = served.json
    if "data" in body and "count=" not in served.path:
        served.json = {**body, "count": 100, "data": body["data"][:100]}


def _always_a_bounce(served: Served) -> None:
    """An entry is shown whatever the filters say."""
    if served.path.startswith("/api/1/list/hardbounce?") and not served.json["result"]:
        served.json = {**served.json, "result": [{"email": "ada@example.com", "timestamp": 1, "origin": "List"}]}


LISTS = r"GET /api/1/list\?.*"

READS = (
    Departure(
        "the account has no time zone",
        "account.get: answer",
        "account.get: answer",
        on("GET /api/1/account", without("time_zone")),
    ),
    Departure(
        "the account's number is text",
        "account.get: answer",
        "account.get: answer",
        on("GET /api/1/account", json(lambda body: body.update(account_id=str(body["account_id"])))),
    ),
    Departure(
        "a sender's address has another key",
        "account.senders: answer",
        "account.senders: answer",
        on("GET /api/1/account/senders", renamed("senderEmail", "email")),
    ),
    Departure(
        "a list has a key that nobody knows",
        "lists.all: answer",
        "lists.all: answer",
        on(LISTS, each_member(lambda member: member.update(owner="John Doe"))),
    ),
    Departure(
        "a list's size is a number",
        "lists.all: answer",
        "lists.all: answer",
        on(LISTS, each_member(lambda member: member.update(sourceSize=int(member["sourceSize"])))),
    ),
    Departure(
        "a list's time is a date",
        "lists.all: answer",
        "lists.all: answer",
        on(LISTS, each_member(lambda member: member.update(tsLastModified="2024-08-27T16:14:47Z"))),
    ),
    Departure(
        "lists come without an envelope",
        "lists.all: answer",
        "lists.all: answer",
        on(LISTS, json(lambda body: body["result"])),
    ),
    Departure(
        "a page has a hundred records by default",
        "lists.download: default page size",
        "lists.download: records of a page without count",
        on(rf"GET {LIST}(\?.*)?", _shorter),
    ),
    Departure(
        "an unknown list is not found",
        "lists.download: unknown list",
        "lists.download: unknown list",
        on(rf"GET {LIST}(\?.*)?", other_status(400, 404)),
    ),
    Departure(
        "suppressions are counted",
        "lists.hard_bounces: answer",
        "lists.hard_bounces: totalCount is -1",
        on(r"GET /api/1/list/hardbounce(\?.*)?", key("totalCount", 7)),
    ),
    Departure(
        "createdbefore holds the time itself",
        "lists.hard_bounces: edges of the filters",
        "lists.hard_bounces: createdbefore holds the time itself",
        _always_a_bounce,
    ),
    Departure(
        "a contact that is not there has another message",
        "contacts.find: unknown address",
        "contacts.find: unknown address",
        on(r"GET /api/1/list/lookup/.*", text("Contact not found", "No matching contact")),
    ),
    Departure(
        "a category's id is a number",
        "subscriptions.categories: answer",
        "subscriptions.categories: answer",
        on(
            "GET /api/1/subscription/category",
            json(lambda body: [each.update(id=int(each["id"])) for each in body] and None),
        ),
    ),
    Departure(
        "an unknown job is pending",
        "lists.upload_status: unknown job",
        "lists.upload_status: unknown job",
        on(STATUS, answered(200, {"status": "The job is pending"})),
    ),
    Departure(
        "the audience's pages are smaller",
        "audience.contacts: default page size",
        "audience.contacts: pageSize of a page without one",
        on(r"(GET|POST) /ucl/.*(\?.*)?", text('"pageSize":50', '"pageSize":25')),
    ),
    Departure(
        "an answer has no request id",
        "account.get: headers",
        "account.get: has an x-request-id",
        _without_request_id,
    ),
)
"""Departures that reading checks find."""
