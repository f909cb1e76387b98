"""Lists by upload: create, jobs, the five merge modes, rejects, and what is refused."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from asyncsdk.emulator import FailJob, JobSays, LoseJob, SlowJob, StallJob
from tests.emulator.driver import CITY, EMAIL, FIRST, Raw

NO_LIST = {"errorCode": 10004, "message": "Invalid or missing list"}
NO_JOB = {"errorCode": 10017, "message": "Invalid or expired Job Id"}


def rows_of(raw: Raw, list_id: str) -> list[list[str]]:
    """What a list holds."""
    return raw.server.rows(list_id)


async def test_a_list_is_created_by_upload(raw: Raw) -> None:
    """The job is pending, then running, then done; only then is the list there."""
    submitted = await raw.create("Email,First Name\r\nada@example.com,Ada\r\nbob@example.com,\r\n")
    job = submitted.json["jobId"]
    assert submitted.told == (
        200,
        {"status": "success", "message": "Upload completed", "jobId": job},
    )
    assert (await raw.get(f"/api/1/list/{job}/status")).json == {"status": "The job is pending"}
    raw.server.clock.advance(0.5)
    assert (await raw.get(f"/api/1/list/{job}/status")).json == {"status": "The job is running"}
    assert (await raw.get("/api/1/list/l-0001")).told == (400, NO_LIST)
    assert (await raw.get("/api/1/list")).json["totalCount"] == 0
    raw.server.clock.advance(1)
    details = {
        "status": "ok",
        "listId": "l-0001",
        "appendCount": 2,
        "updateCount": 0,
        "failedCount": 0,
        "rejectedCount": 0,
    }
    done = await raw.get(f"/api/1/list/{job}/status")
    assert done.json["status"] == "success"
    assert done.json["details"] == details
    assert json.loads(done.json["jobDetails"]) == details
    page = await raw.get("/api/1/list/l-0001")
    assert page.json == {
        "listId": "l-0001",
        "offset": 0,
        "count": 2,
        "totalCount": 2,
        "emailColumn": 1,
        "headers": ["_contact_id_", "Email", "First Name"],
        "data": [["l-0001:0", "ada@example.com", "Ada"], ["l-0001:1", "bob@example.com", ""]],
    }


async def test_an_unknown_or_expired_job_is_10017(raw: Raw) -> None:
    """Ids that are no number are unknown, too, and so are the ids of another kind of job."""
    submitted = await raw.create("Email,First Name\n")
    job = submitted.json["jobId"]
    for unknown in ("1", "l-0001", "9" * 30):
        assert (await raw.get(f"/api/1/list/{unknown}/status")).told == (400, NO_JOB)
    assert (await raw.get(f"/api/1/customevents/{job}/status")).told == (400, NO_JOB)
    raw.server.settings.job_life = 60
    raw.server.clock.advance(60)
    assert (await raw.get(f"/api/1/list/{job}/status")).told == (400, NO_JOB)


async def test_without_a_file_an_empty_list_is_created(raw: Raw) -> None:
    """The answer holds the list's id at once."""
    answer = await raw.create(None, foldername="Mine")
    assert answer.told == (200, {"listId": "l-0001", "status": "success", "message": "List created"})
    listed = (await raw.get("/api/1/list")).json["result"][0]
    assert (listed["folderName"], listed["sourceSize"]) == ("Mine", "0")


@pytest.mark.parametrize(
    "specs",
    [
        [FIRST],
        [EMAIL, {**FIRST, "columnType": "EMAIL"}],
        [EMAIL, {**FIRST, "columnType": "FIRSTNAM"}],
        [EMAIL, {**FIRST, "columnType": ""}],
        [EMAIL, {**FIRST, "columnIndex": "0"}],
        [{**EMAIL, "ignoreColumn": "Y"}, FIRST],
    ],
)
async def test_bad_upload_specs_are_refused(raw: Raw, specs: Any) -> None:
    """Exactly one column is the address, types are spelled exactly, and no index comes twice."""
    answer = await raw.create("a,b\n", specs)
    assert answer.status == 400
    assert answer.json["message"] == "Upload specs contain an invalid column type value."


async def test_columns_are_placed_by_index_and_can_be_ignored(raw: Raw) -> None:
    """Indexes may be numbers or texts; a column with ignoreColumn=Y is dropped."""
    specs = [
        {"columnHeading": "Email", "columnType": "EMAIL", "columnIndex": 2},
        {"columnHeading": "Junk", "columnIndex": "1", "ignoreColumn": "Y"},
        {"columnHeading": "City", "columnIndex": "0"},
    ]
    details = await raw.done(await raw.create("c,j,e\nBern,x,ada@example.com\n", specs))
    assert raw.server.headings(details["listId"]) == ["City", "Email"]
    assert rows_of(raw, details["listId"]) == [["Bern", "ada@example.com"]]


@pytest.mark.parametrize(
    ("fields", "file"),
    [
        ({"fieldseparator": "SEMI"}, "ada@example.com;Ada, B\n"),
        ({"fieldseparator": "SEMICOLON"}, "ada@example.com;Ada, B\n"),
        ({"fieldseparator": "TAB"}, "ada@example.com\tAda, B\n"),
        ({}, 'ada@example.com,"Ada, B"\n'),
        ({"fieldseparator": "COMMA", "quotecharacter": "SINGLE_QUOTE"}, "ada@example.com,'Ada, B'\n"),
        ({"fieldseparator": "TAB", "quotecharacter": "NONE"}, "ada@example.com\tAda, B\n"),
        ({"fieldseperator": "an ignored spelling"}, 'ada@example.com\t"Ada, B"\n'),
    ],
)
async def test_separators_and_quotes(raw: Raw, fields: dict[str, str], file: str) -> None:
    """A separator that is not told is found out from the file."""
    details = await raw.done(await raw.create(file, headings="N", **fields))
    assert rows_of(raw, details["listId"]) == [["ada@example.com", "Ada, B"]]


async def test_a_file_may_start_with_a_byte_order_mark(raw: Raw) -> None:
    """The mark is no part of the first cell."""
    body = "ada@example.com,Zoë\n".encode("utf-8-sig")
    details = await raw.done(await raw.create(body, headings="N"))
    assert rows_of(raw, details["listId"]) == [["ada@example.com", "Zoë"]]


async def test_rows_without_a_usable_address_are_rejected(raw: Raw) -> None:
    """They are counted and can be fetched as they were, under their headings."""
    file = 'Email,First Name\r\nada@example.com,Ada\r\nnobody,"a ""b"", c"\r\n,Nameless\r\n'
    details = await raw.done(await raw.create(file))
    assert (details["appendCount"], details["rejectedCount"]) == (1, 2)
    rejects = await raw.get("/api/1/list/rejectedUploadRecords", filename=details["rejectedRecordsUrl"])
    assert rejects.headers["Content-Type"].startswith("text/csv")
    assert rejects.body.decode() == 'Email,First Name\r\nnobody,"a ""b"", c"\r\n,Nameless\r\n'
    unknown = await raw.get("/api/1/list/rejectedUploadRecords", filename="other.csv")
    assert unknown.status == 400


START = [["ada@example.com", "Ada", "Bern"], ["bob@example.com", "Bob", "Rome"], ["ADA@example.com", "2", ""]]


@pytest.mark.parametrize(
    ("mode", "expected", "counts"),
    [
        ("APPEND", [*START, ["Ada@Example.com", "New", ""], ["cy@example.com", "", ""]], (2, 0)),
        ("APPEND_NO_DUPLICATES", [*START, ["cy@example.com", "", ""]], (1, 0)),
        (
            "UPSERT",
            [["Ada@Example.com", "New", "Bern"], *START[1:], ["cy@example.com", "", ""]],
            (1, 1),
        ),
        ("UPDATE_ONLY", [["Ada@Example.com", "New", "Bern"], *START[1:]], (0, 1)),
        ("REPLACE", [["Ada@Example.com", "New", ""], ["cy@example.com", "", ""]], (2, 0)),
    ],
)
async def test_merge_modes(raw: Raw, mode: str, expected: list[list[str]], counts: tuple[int, int]) -> None:
    """Rows are matched by address, upper or lower case; columns that the file lacks stay as they are."""
    list_id = raw.server.add_list("L", ["Email", "First Name", "City"], START)
    file = "Email,First Name\nAda@Example.com,New\ncy@example.com,\n"
    details = await raw.done(await raw.merge(list_id, file, mode=mode))
    assert rows_of(raw, list_id) == expected
    assert (details["appendCount"], details["updateCount"]) == counts


async def test_a_repeated_row_updates_what_it_added(raw: Raw) -> None:
    """Within one file the later row of an address wins."""
    list_id = raw.server.add_list("L", ["Email", "First Name"])
    file = "Email,First Name\na@example.com,1\na@example.com,2\n"
    details = await raw.done(await raw.merge(list_id, file))
    assert (details["appendCount"], details["updateCount"]) == (1, 1)
    assert rows_of(raw, list_id) == [["a@example.com", "2"]]


@pytest.mark.parametrize(("flag", "expected"), [("N", "Ada"), ("Y", "")])
async def test_empty_cells_erase_only_when_asked_to(raw: Raw, flag: str, expected: str) -> None:
    """putEmptyValues=N keeps what the list holds."""
    list_id = raw.server.add_list("L", ["Email", "First Name"], [["ada@example.com", "Ada"]])
    await raw.done(await raw.merge(list_id, "Email,First Name\nada@example.com,\n", putEmptyValues=flag))
    assert rows_of(raw, list_id) == [["ada@example.com", expected]]


@pytest.mark.parametrize("key", ["First Name", "first name", "FIRSTNAME"])
async def test_rows_can_be_matched_by_another_column(raw: Raw, key: str) -> None:
    """The key is a heading or a type; blank keys match nothing."""
    list_id = raw.server.add_list(
        "L",
        [("Email", "EMAIL"), ("First Name", "FIRSTNAME")],
        [["old@example.com", "Ada"], ["x@example.com", ""]],
    )
    file = "Email,First Name\nnew@example.com,ADA\ny@example.com,\nz@example.com,Cy\nz2@example.com,Cy\n"
    details = await raw.done(await raw.merge(list_id, file, key=key))
    assert rows_of(raw, list_id) == [
        ["new@example.com", "ADA"],
        ["x@example.com", ""],
        ["y@example.com", ""],
        ["z2@example.com", "Cy"],
    ]
    assert (details["appendCount"], details["updateCount"]) == (2, 2)


async def test_a_merge_that_cannot_be_is_refused_at_once(raw: Raw) -> None:
    """An unknown list, another destination, no file and a missing key each have their number."""
    list_id = raw.server.add_list("L", ["Email", "First Name"])
    other = raw.server.add_list("M", ["Email", "First Name"])
    file = "Email,First Name\na@example.com,A\n"
    assert (await raw.merge("l-ffff", file)).told == (400, NO_LIST)
    no_target = (400, {"errorCode": 10025, "message": "Invalid or missing merge destination list"})
    stray = [{"mergeMode": "UPSERT", "dstListId": other, "columnMap": []}]
    assert (await raw.merge(list_id, file, mergespecs=stray)).told == no_target
    assert (await raw.merge(list_id, file, mergespecs="[{]")).told == no_target
    assert (await raw.merge(list_id, file, mode="UPSURT")).told == no_target
    assert (await raw.merge(list_id, None)).told == (
        400,
        {"errorCode": 10003, "message": "Input file missing"},
    )
    assert (await raw.merge(list_id, file, key="City")).told == (
        400,
        {
            "errorCode": 10088,
            "message": "At least one specified merge column is missing from the uploaded file",
        },
    )
    assert (await raw.merge(list_id, file, [EMAIL, {**FIRST, "columnHeading": "first name"}])).status == 400
    assert (await raw.merge(list_id, "Email\na@example.com\n")).status == 400
    assert rows_of(raw, list_id) == []


async def test_columns_can_be_asked_to_stand_where_the_lists_stand(raw: Raw) -> None:
    """With aligned_merges the file's columns must have the list's own indexes."""
    list_id = raw.server.add_list("L", ["Email", "First Name", "City"])
    moved = [EMAIL, {**CITY, "columnIndex": 1}, {**FIRST, "columnIndex": 2}]
    file = "Email,City,First Name\na@example.com,Bern,A\n"
    await raw.done(await raw.merge(list_id, file, moved))
    assert rows_of(raw, list_id) == [["a@example.com", "A", "Bern"]]
    raw.server.settings.aligned_merges = True
    assert (await raw.merge(list_id, file, moved)).status == 400


async def test_row_numbers_are_not_used_again(raw: Raw) -> None:
    """After a REPLACE ids go on where they were, in hexadecimal."""
    list_id = raw.server.add_list("L", ["Email", "First Name"], [[f"{n}@example.com", ""] for n in range(10)])
    await raw.done(await raw.merge(list_id, "Email,First Name\na@example.com,A\n", mode="REPLACE"))
    assert list(raw.server.records(list_id)) == [f"{list_id}:a"]


async def test_a_wrong_content_type_is_refused(raw: Raw) -> None:
    """Uploads are multipart, contacts JSON, subscriptions forms."""
    list_id = raw.server.add_list("L", ["Email"])
    assert (await raw.call("PUT", f"/api/1/list/{list_id}", json={})).status == 415
    assert (await raw.call("POST", f"/api/1/list/{list_id}/record", data={"Email": "a"})).status == 415
    assert (await raw.call("PUT", "/api/1/subscription/optout", json={})).status == 415
    assert (await raw.call("POST", "/api/1/user", data={"RAW_BODY": "[]"})).status == 415


async def test_a_file_can_be_too_large(raw: Raw) -> None:
    """The limit is on the file part."""
    raw.server.settings.upload_bytes = 1000
    assert (await raw.create("x" * 1001)).status == 413
    assert (await raw.create("Email,First Name\n" + "a@example.com,\n" * 60)).status == 200


async def test_an_upload_that_breaks_off_leaves_nothing(raw: Raw, caplog: pytest.LogCaptureFixture) -> None:
    """A client that goes away in the middle of a file makes no list, no file and no noise."""
    host, port = raw.server.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /api/1/list HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\na@example.com\r\n'
    )
    await raw.server.calls.arrived("any")
    writer.close()
    await writer.wait_closed()
    for _ in range(100):
        await asyncio.sleep(0)
    assert (await raw.get("/api/1/list")).json["totalCount"] == 0
    assert list(raw.server.spooled_files()) == []
    assert caplog.records == []


@pytest.mark.slow
async def test_many_uploads_at_once_keep_their_files_apart(raw: Raw) -> None:
    """Each list gets the rows of its own file, also when jobs wait for each other."""
    list_id = raw.server.add_list("L", ["Email", "First Name"])
    files = [f"Email,First Name\n{n}@example.com,{n}\n" for n in range(20)]
    answers = await asyncio.gather(*(raw.merge(list_id, file, mode="APPEND") for file in files))
    for answer in answers:
        assert (await raw.done(answer))["appendCount"] == 1
    assert sorted(rows_of(raw, list_id)) == sorted([f"{n}@example.com", str(n)] for n in range(20))
    assert list(raw.server.spooled_files()) == []


async def test_jobs_meet_their_fates(raw: Raw) -> None:
    """A script can stall, fail, rename, lose and delay the next jobs, and what fails does nothing."""
    faults = raw.server.faults
    for fate in (StallJob(), FailJob("The job exploded"), JobSays("The job sulks"), LoseJob()):
        faults.add(fate, on="lists.create")
    faults.add(SlowJob(pending=10, running=20), on="lists.create")
    jobs = [(await raw.create("a@example.com,\n", headings="N")).json["jobId"] for _ in range(5)]
    told = [(await raw.get(f"/api/1/list/{job}/status")).json for job in jobs]
    assert [body.get("status") for body in told] == [
        "The job is pending",
        "The job is pending",
        "The job sulks",
        None,
        "The job is pending",
    ]
    assert told[3] == NO_JOB
    raw.server.clock.advance(29)
    told = [(await raw.get(f"/api/1/list/{job}/status")).json for job in jobs]
    assert [body.get("status") for body in told] == [
        "The job is running",
        "The job exploded",
        "The job sulks",
        None,
        "The job is running",
    ]
    raw.server.clock.advance(1)
    done = (await raw.get(f"/api/1/list/{jobs[4]}/status")).json
    assert done["status"] == "success"
    assert (await raw.get("/api/1/list")).json["count"] == 1


@pytest.mark.slow
async def test_a_long_file_is_loaded_in_batches(raw: Raw) -> None:
    """Thousands of rows arrive whole and in order."""
    file = "Email,First Name\n" + "".join(f"{n}@example.com,{n}\n" for n in range(5000))
    submitted = await raw.create(file)
    await raw.server.settle()  # a busy machine may need longer than a status call waits
    details = await raw.done(submitted)
    assert details["appendCount"] == 5000
    page = (await raw.get(f"/api/1/list/{details['listId']}", offset="4998")).json
    assert page["data"] == [
        ["l-0001:1386", "4998@example.com", "4998"],
        ["l-0001:1387", "4999@example.com", "4999"],
    ]
