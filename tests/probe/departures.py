"""Departures: ways in which an account can answer differently from the emulator, one each, planted by tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from asyncsdk.emulator import Emulator
from tests.support.departing import Change, Served

__all__ = ["DEPARTURES", "Departure"]


def _nothing(_: Served) -> None:
    pass


def _unprepared(_: Emulator) -> None:
    pass


@frozen
class Departure:
    """One departure."""

    what: str
    """How the account differs."""

    check: str
    """The check that finds it."""

    fact: str
    """The fact that differs."""

    change: Change = field(default=_nothing, repr=False)
    """Changes each answer."""

    prepare: Callable[[Emulator], None] = field(default=_unprepared, repr=False)
    """Changes the emulator before it is probed."""


def on(call: str, change: Change) -> Change:
    """A change of the answers to calls whose method and path fit a pattern."""
    fits = re.compile(call).fullmatch

    def only(served: Served) -> None:
        if fits(f"{served.method} {served.path}"):
            change(served)

    return only


def json(change: Callable[[Any], Any]) -> Change:
    """A change of the parsed body: in place, or by giving another one."""

    def changed(served: Served) -> None:
        value = served.json
        told = change(value)
        served.json = value if told is None else told

    return changed


def nth(number: int, change: Change) -> Change:
    """A change of one answer alone, counted from 1."""
    seen = 0

    def only(served: Served) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            change(served)

    return only


def renamed(old: str, new: str) -> Change:
    """A key has another name, wherever it stands."""

    def change(served: Served) -> None:
        served.body = served.body.replace(f'"{old}"'.encode(), f'"{new}"'.encode()).replace(
            f'\\"{old}\\"'.encode(), f'\\"{new}\\"'.encode()
        )

    return change


def text(old: str, new: str) -> Change:
    """A text is another one."""

    def change(served: Served) -> None:
        served.body = served.body.replace(old.encode(), new.encode())

    return change


def answered(status: int, body: Any = None, content_type: str = "application/json") -> Change:
    """Another answer altogether."""

    def change(served: Served) -> None:
        served.status = status
        served.headers["Content-Type"] = content_type
        if isinstance(body, bytes):
            served.body = body
        else:
            served.json = body

    return change


def other_status(old: int, new: int) -> Change:
    """A status is another one."""

    def change(served: Served) -> None:
        if served.status == old:
            served.status = new

    return change


def key(name: str, value: Any) -> Change:
    """A key of the object has another value, or is there at all."""
    return json(lambda body: body.update({name: value}))


def without(name: str) -> Change:
    """A key of the object is missing."""
    return json(lambda body: {known: value for known, value in body.items() if known != name})


def counts(**changed: int) -> Change:
    """Counts of a job's report, in both of its forms."""

    def change(served: Served) -> None:
        body = served.json
        if "details" in body:
            body["details"].update(changed)
            body.pop("jobDetails")
            served.json = body

    return change


def refused_limit(change: Change) -> Change:
    """A change of the refusals for too many calls."""

    def only(served: Served) -> None:
        if served.status == 429:
            change(served)

    return only


STATUS = r"GET /api/1/list/\d+/status"
LIST = r"/api/1/list/l-[0-9a-f]+"
RECORD = rf"{LIST}/record"
REJECTS = r"GET /api/1/list/rejectedUploadRecords\?.*"
CREATED = "lists.create, two good rows and two without an address"
LIMITS = "more calls in a second than are allowed"
AGAIN = "lists.merge, UPSERT, the same rows again"


def _five_a_second(server: Emulator) -> None:
    server.settings.calls_per_second = 5


def _aligned(server: Emulator) -> None:
    server.settings.aligned_merges = True


WRITES = (
    Departure(
        "the id of a new list stands under another key",
        "lists.create_empty, lists.delete",
        "lists.create_empty: answer",
        on("POST /api/1/list", key("list_id", "l-00ff")),
    ),
    Departure(
        "the answer to a new list has no message",
        "lists.create_empty, lists.delete",
        "lists.create_empty: answer",
        on("POST /api/1/list", without("message")),
    ),
    Departure(
        "a new list's e-mail column is told among those without the id",
        "lists.create_empty, lists.delete",
        "lists.download, empty list: emailColumn",
        on(f"GET {LIST}", json(lambda body: body.update(emailColumn=0) if "headers" in body else None)),
    ),
    Departure(
        "the first heading of a list is missing",
        "lists.create_empty, lists.delete",
        "lists.download, empty list: headings",
        on(f"GET {LIST}", json(lambda body: body["headers"].pop(0) and None if "headers" in body else None)),
    ),
    Departure(
        "a deleted list is answered without a body",
        "lists.create_empty, lists.delete",
        "lists.delete: answer",
        on(f"DELETE {LIST}", nth(1, answered(204, b"", "text/plain"))),
    ),
    Departure(
        "a list that is gone is not found",
        "lists.create_empty, lists.delete",
        "lists.delete, list that is gone: answer",
        on(f"DELETE {LIST}", nth(2, answered(404, {"errorCode": 10004, "message": "Invalid or missing list"}))),
    ),
    Departure(
        "a list that is gone has another code",
        "lists.create_empty, lists.delete",
        "lists.download, list that is gone: answer",
        on(f"GET {LIST}", text("10004", "10099")),
    ),
    Departure(
        "a job's id is a number",
        "lists.create",
        f"{CREATED}: answer",
        on("POST /api/1/list", json(lambda body: body.update(jobId=int(body["jobId"])))),
    ),
    Departure(
        "a job that waits says something else",
        "lists.create",
        f"{CREATED}: status before the end: The job is queued",
        on(STATUS, text("The job is pending", "The job is queued")),
    ),
    Departure(
        "a job that has ended says something else",
        "lists.create",
        f"{CREATED}: word at the end",
        on(STATUS, text('"status":"success"', '"status":"completed"')),
    ),
    Departure(
        "a job's report is told as text alone",
        "lists.create",
        f"{CREATED}: status at the end",
        on(STATUS, json(lambda body: body.pop("details", None) and None)),
    ),
    Departure(
        "a job's report is another one as text",
        "lists.create",
        f"{CREATED}: jobDetails says the same as details",
        on(STATUS, text('\\"appendCount\\":2', '\\"appendCount\\":3')),
    ),
    Departure(
        "a count of a job's report has another name",
        "lists.create",
        f"{CREATED}: insertCount",
        on(STATUS, renamed("appendCount", "insertCount")),
    ),
    Departure(
        "rejected rows count as failed",
        "lists.create",
        f"{CREATED}: failedCount",
        on(STATUS, counts(failedCount=2, rejectedCount=0)),
    ),
    Departure(
        "the file of rejects is named under another key",
        "lists.create",
        f"{CREATED}: status at the end",
        on(STATUS, renamed("rejectedRecordsUrl", "rejectFile")),
    ),
    Departure(
        "no file of rejects is named",
        "lists.create",
        f"{CREATED}: the report names a file of rejects",
        on(STATUS, renamed("rejectedRecordsUrl", "url")),
    ),
    Departure(
        "the file of rejects tells reasons in front",
        "lists.create",
        f"{CREATED}: file of rejects: headings",
        on(
            REJECTS,
            lambda served: setattr(
                served,
                "body",
                b"\r\n".join(
                    (b"Error," if number == 0 else b"Bad address,") + line
                    for number, line in enumerate(served.body.split(b"\r\n"))
                    if line
                ),
            ),
        ),
    ),
    Departure(
        "the file of rejects has no headings",
        "lists.create",
        f"{CREATED}: file of rejects: first line holds the headings",
        on(REJECTS, lambda served: setattr(served, "body", served.body.partition(b"\r\n")[2])),
    ),
    Departure(
        "the lines of the file of rejects end otherwise",
        "lists.create",
        f"{CREATED}: file of rejects: line end",
        on(REJECTS, text("\r\n", "\n")),
    ),
    Departure(
        "the file of rejects holds addresses alone",
        "lists.create",
        f"{CREATED}: file of rejects: rows that are there as they were sent",
        on(REJECTS, lambda served: setattr(served, "body", b"E-mail Address\r\nno-address\r\n")),
    ),
    Departure(
        "the file of rejects is plain text",
        "lists.create",
        f"{CREATED}: file of rejects: answer",
        on(REJECTS, lambda served: served.headers.update({"Content-Type": "text/plain"})),
    ),
    Departure(
        "a row that UPSERT finds unchanged does not count",
        "lists.merge: UPSERT",
        f"{AGAIN}: updateCount",
        on(STATUS, json(lambda body: _uncounted(body))),
    ),
    Departure(
        "APPEND adds no row twice",
        "lists.merge: APPEND and UPDATE_ONLY",
        "after APPEND and UPDATE_ONLY: records",
        on(f"GET {LIST}", json(lambda body: body["data"].pop(0) and None)),
    ),
    Departure(
        "columns must stand where the list's stand",
        "lists.merge: order of columns",
        "lists.merge, UPSERT, columns in another order than the list's: answer",
        prepare=_aligned,
    ),
    Departure(
        "columns are taken by their place",
        "lists.merge: order of columns",
        "after columns in another order: records as they were sent",
        on(f"GET {LIST}", json(lambda body: [row.reverse() for row in body["data"]] and None)),
    ),
    Departure(
        "a heading that the list lacks is no mistake",
        "lists.merge: wrong columns",
        "lists.merge, a heading that the list lacks: answer",
        on(
            f"PUT {LIST}", nth(1, answered(200, {"status": "success", "message": "Upload completed", "jobId": "5"}))
        ),
    ),
    Departure(
        "a key that the file lacks has another message",
        "lists.merge: wrong columns",
        "lists.merge, a key that the file lacks: answer",
        on(f"PUT {LIST}", text("At least one specified merge column", "A column")),
    ),
    Departure(
        "an empty cell erases",
        "lists.merge: empty cells",
        "after empty cells: records as they were sent",
        on(f"GET {LIST}", nth(1, json(lambda body: body["data"][0].__setitem__(2, "")))),
    ),
    Departure(
        "an added record has another message",
        "contacts.add and upsert",
        "contacts.add: message",
        on(f"POST {RECORD}", text("Record inserted", "Record added")),
    ),
    Departure(
        "an added record has one id alone",
        "contacts.add and upsert",
        "contacts.add: answer",
        on(f"POST {RECORD}", without("contact_id")),
    ),
    Departure(
        "returncontact changes nothing for an added record",
        "contacts.add and upsert",
        "contacts.add, the same address again, with returncontact: answer",
        on(rf"POST {RECORD}\?returncontact=Y", without("contact")),
    ),
    Departure(
        "of two records with one address the last is changed",
        "contacts.add and upsert",
        "contacts.upsert, of two the first record is changed",
        on(rf"PUT {RECORD}\?email=.*", json(lambda body: body.update(id=f"{body['id']}f"))),
    ),
    Departure(
        "a record is an object",
        "contacts: by id",
        "contacts.get, a new record: answer",
        on(rf"GET {RECORD}/[^/?]+", json(lambda body: {"id": body[0]} if isinstance(body, list) else None)),
    ),
    Departure(
        "an address that is not there is found as an empty object",
        "contacts: by id",
        "contacts.find, an address that is not there: answer",
        on(r"GET /api/1/list/lookup/.*", nth(2, answered(200, {}))),
    ),
    Departure(
        "a record can be deleted twice",
        "contacts: by id",
        "contacts.delete, a record that is gone: answer",
        on(rf"DELETE {RECORD}/.*", nth(2, answered(200, {"status": "success", "message": "Record deleted"}))),
    ),
    Departure(
        "the code of an unknown column is a number",
        "contacts.add: keys",
        "contacts.add, a key that the list lacks: answer",
        on(f"POST {RECORD}", text('"10010"', "10010")),
    ),
    Departure(
        "a record needs an address",
        "contacts.add: keys",
        "contacts.add, no address: answer",
        on(f"POST {RECORD}", nth(5, answered(400, {"errorCode": 10008, "message": "Invalid contact"}))),
    ),
    Departure(
        "a record that cannot be deleted has no reason",
        "contacts.add: keys",
        "lists.delete_records, one that is there and one that is not: answer",
        on(
            rf"DELETE {RECORD}\?.*", json(lambda body: [each.pop("reason") for each in body["failedList"]] and None)
        ),
    ),
    Departure(
        "modafter counts seconds",
        "lists.download: filters by time",
        "lists.download, modafter an hour ago, in milliseconds: records",
        on(rf"GET {LIST}\?modafter=\d{{13}}", key("data", [])),
    ),
    Departure(
        "the columns of dates have other headings",
        "lists.download: filters by time",
        "lists.download, with datequalifiers: headings",
        on(rf"GET {LIST}\?.*", text("__created_date", "created_date")),
    ),
    Departure(
        "fields and datequalifiers go together",
        "lists.download: filters by time",
        "lists.download, fields and datequalifiers: answer",
        on(rf"GET {LIST}\?fields=.*", answered(200, {"headers": [], "data": []})),
    ),
    Departure(
        "an asynchronous upsert is answered without a job",
        "contacts.submit_upsert",
        "contacts.submit_upsert, a new address: answer",
        on(rf"PUT {RECORD}\?async=.*", renamed("jobId", "job")),
    ),
    Departure(
        "an asynchronous upsert counts nothing as updated",
        "contacts.submit_upsert",
        "contacts.submit_upsert, the same again: updateCount",
        on(STATUS, counts(updateCount=0)),
    ),
)
"""Departures that writing checks find."""


def _uncounted(body: dict[str, Any]) -> None:
    if body.get("details", {}).get("updateCount") == 2:
        body["details"]["updateCount"] = 0
        body.pop("jobDetails")


BURST = (
    Departure(
        "no call is refused",
        "limits: calls in a second",
        f"{LIMITS}: one is refused",
    ),
    Departure(
        "a refusal says when to come back",
        "limits: calls in a second",
        f"{LIMITS}: Retry-After",
        refused_limit(lambda served: served.headers.update({"Retry-After": "2"})),
        _five_a_second,
    ),
    Departure(
        "a refusal is in the words of an older gateway",
        "limits: calls in a second",
        f"{LIMITS}: refusal",
        refused_limit(answered(429, {"fault": {"code": 900800, "message": "Message throttled out"}})),
        _five_a_second,
    ),
    Departure(
        "a refusal is another status",
        "limits: calls in a second",
        f"{LIMITS}: refusal",
        refused_limit(
            answered(503, {"httpCode": "503", "httpMessage": "Service Unavailable", "moreInformation": ""})
        ),
        _five_a_second,
    ),
    Departure(
        "every answer tells what is left",
        "limits: calls in a second",
        "an answer as usual: headers that speak of limits",
        lambda served: served.headers.update({"X-RateLimit-Remaining": "4"}),
        _five_a_second,
    ),
)
"""Departures that the check of the limits finds."""


def _without_request_id(served: Served) -> None:
    served.headers = {name: value for name, value in served.headers.items() if name.lower() != "x-request-id"}


def _shorter(served: Served) -> None:
    """A page without a count has a hundred records."""
    body = served.json
    if "data" in body and "count=" not in served.path:
        served.json = {**body, "count": 100, "data": body["data"][:100]}


def each_member(change: Callable[[dict[str, Any]], object]) -> Change:
    """A change of each member of a page's result."""

    def changed(body: Any) -> None:
        for member in body["result"]:
            change(member)

    return json(changed)


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

DEPARTURES = (*READS, *WRITES, *BURST)
