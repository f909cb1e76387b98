"""Departures that writing checks find."""

from __future__ import annotations

from typing import Any

from asyncsdk.emulator import Emulator
from tests.probe.departure import (
    LIST,
    RECORD,
    STATUS,
    Departure,
    answered,
    counts,
    json,
    key,
    nth,
    on,
    renamed,
    text,
    without,
)

__all__ = ["WRITES"]

REJECTS = r"GET /api/1/list/rejectedUploadRecords\?.*"
CREATED = "lists.create, two good rows and two without an address"
AGAIN = "lists.merge, UPSERT, the same rows again"


def _aligned(server: Emulator) -> None:
    server.settings.aligned_merges = True


def _uncounted(body: dict[str, Any]) -> None:
    if body.get("details", {}).get("updateCount") == 2:
        body["details"]["updateCount"] = 0
        body.pop("jobDetails")


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
