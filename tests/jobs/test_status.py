"""Job status: pending, running, done with a report, or failed with the server's words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asyncsdk import EventReport, ImportReport, IngestReport, UploadReport
from asyncsdk.decoding.job_kinds import job_kind
from asyncsdk.jobs.status_parser import job_id_in, parse_status

DETAILS = {"listId": "l-0001", "appendCount": 1, "status": "ok"}
IMPORT = {
    "accountId": "12345",
    "importId": "1longstringhere",
    "importDefinitionId": 987654,
    "importStatus": "COMPLETED",
    "errorMessage": None,
    "submittedCount": 1000,
    "createdCount": 1000,
}

reports = pytest.mark.parametrize("report", [UploadReport, EventReport])


@reports
@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("The job is pending", "pending"),
        ("The job is pending.", "pending"),
        ("the JOB is Running. ", "running"),
        ("The job is running", "running"),
    ],
)
def test_a_job_under_way(report: type, text: str, state: str) -> None:
    """Both words are known with or without a full stop, in any case."""
    look = parse_status(job_kind(report), {"status": text}, {})
    assert (look.state, look.text, look.details) == (state, text.strip(), None)


@reports
@pytest.mark.parametrize(
    "body",
    [
        {"status": "success", "details": DETAILS},
        {"status": "SUCCESS", "jobDetails": json.dumps(DETAILS)},
        {"status": "Success.", "details": DETAILS, "jobDetails": "broken"},
        {"status": "success", "details": "", "jobDetails": json.dumps(DETAILS)},
        {"status": "success", "details": None, "jobDetails": json.dumps(DETAILS)},
        {"status": "success", "details": {**DETAILS, "status": "SUCCESS"}},
        {"status": "success", "details": {**DETAILS, "status": None}},
    ],
)
def test_a_job_that_is_done_has_a_report(report: type, body: Any) -> None:
    """The report comes as an object, as JSON in a text, or both: either will do."""
    look = parse_status(job_kind(report), body, {})
    assert look.state == "done"
    assert look.details["appendCount"] == 1


@reports
@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"status": "The job has failed"}, "The job has failed"),
        ({"status": "error", "message": "Too many columns"}, "Too many columns"),
        ({"status": "The job is resting"}, "The job is resting"),
        ({"status": ""}, "The answer does not say how the job is doing."),
        ({}, "The answer does not say how the job is doing."),
        ({"status": None}, "The answer does not say how the job is doing."),
        ({"errorCode": 10017, "message": "Invalid or expired Job Id"}, "Invalid or expired Job Id"),
        ({"status": "The job is pending", "errorCode": 1, "errorMessage": "No"}, "No"),
        ({"status": "success", "details": {"status": "error", "message": "No EMAIL column"}}, "No EMAIL column"),
        ({"status": "success", "details": {"status": "broken"}}, "broken"),
        ({"status": "success"}, "The job succeeded, but its report is missing."),
        ({"status": "success", "jobDetails": "{"}, "The job succeeded, but its report is missing."),
        ({"status": "success", "details": []}, "The job succeeded, but its report is missing."),
        ([], "The status is not an object but list."),
        (None, "The status is not an object but NoneType."),
    ],
)
def test_anything_else_fails_the_job_with_its_words(report: type, body: Any, text: str) -> None:
    """A word that is not known ends the job with that word: nothing is polled for ever."""
    look = parse_status(job_kind(report), body, {})
    assert (look.state, look.text) == ("failed", text)


@pytest.mark.parametrize(
    ("outer", "inner", "name"),
    [
        ({}, {"rejectedRecordsFile": "r.csv"}, "r.csv"),
        ({"rejectFileName": "r.csv"}, {}, "r.csv"),
        ({}, {"rejectedCount": "7"}, None),
        ({}, {"rejectedCount": 7}, None),
        ({}, {"rejectedRecordsFile": ""}, None),
        ({}, {"rejectedCount": "7", "rejectedFile": "r.csv"}, "r.csv"),
    ],
)
def test_the_file_of_rejected_rows_is_found(outer: Any, inner: Any, name: str | None) -> None:
    """The key is not published: whatever speaks of rejects and is no count names the file."""
    look = parse_status(job_kind(UploadReport), {"status": "success", "details": {**DETAILS, **inner}, **outer}, {})
    assert look.details["rejects_file"] == name


@pytest.mark.parametrize(
    ("word", "state"),
    [("RUNNING", "running"), ("running", "running"), ("COMPLETED", "done"), ("Completed.", "done")],
)
def test_an_import_tells_its_state_inside_an_envelope(word: str, state: str) -> None:
    """Both published words are known; an answer without the envelope is read like one with it."""
    body = {**IMPORT, "importStatus": word}
    for answer in ({"data": body}, body):
        look = parse_status(job_kind(ImportReport), answer, {})
        assert (look.state, look.text) == (state, word)
        assert look.details == (body if state == "done" else None)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"data": {**IMPORT, "importStatus": "FAILED"}}, "FAILED"),
        ({"data": {**IMPORT, "importStatus": "FAILED", "errorMessage": "No memory"}}, "No memory"),
        ({"data": {**IMPORT, "importStatus": None}}, "The answer does not say how the job is doing."),
        ({"data": None}, "The answer does not say how the job is doing."),
        ({"data": []}, "The answer does not say how the job is doing."),
        ({"status": "success"}, "The answer does not say how the job is doing."),
    ],
)
def test_an_import_of_which_nothing_good_is_known_fails(body: Any, text: str) -> None:
    """A word that is not published, or none, ends an import with the best words that there are."""
    look = parse_status(job_kind(ImportReport), body, {})
    assert (look.state, look.text, look.details) == ("failed", text, None)


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ({"status": "PENDING"}, "pending"),
        ({"jobStatus": "Running"}, "running"),
        ({"status": "COMPLETE"}, "done"),
        ({"jobStatus": "COMPLETED"}, "done"),
        ({"status": "QUEUED"}, "failed"),
    ],
)
def test_an_ingest_tells_its_state_in_guessed_words(body: Any, state: str) -> None:
    """Of these jobs no word is published: those that are likely are known, and any other one fails the job."""
    look = parse_status(job_kind(IngestReport), body, {})
    assert (look.state, look.text) == (state, next(iter(body.values())))
    assert look.details == (body if state == "done" else None)


@pytest.mark.parametrize(
    ("report", "body"),
    [
        (UploadReport, {"status": "Queued."}),
        (ImportReport, {"data": {"importStatus": "QUEUED"}}),
        (IngestReport, {"status": " queued "}),
    ],
)
@pytest.mark.parametrize("state", ["pending", "running", "failed"])
def test_words_can_be_taught(report: type, body: Any, state: Any) -> None:
    """A policy's words mean what it says, for jobs of every kind."""
    assert parse_status(job_kind(report), body, {"queued": state}).state == state
    assert parse_status(job_kind(report), body, {"waiting": state}).state == "failed"


def test_a_taught_word_can_end_a_job_well() -> None:
    """A word for done gives the report, like a published one."""
    body = {**IMPORT, "importStatus": "INGESTED"}
    assert parse_status(job_kind(ImportReport), {"data": body}, {"ingested": "done"}).details == body


@pytest.mark.parametrize(
    ("report", "body", "job_id"),
    [
        (UploadReport, {"jobId": 7}, "7"),
        (UploadReport, {"jobId": ""}, None),
        (UploadReport, {"jobId": True}, None),
        (UploadReport, [], None),
        (ImportReport, {"data": IMPORT}, "1longstringhere"),
        (ImportReport, IMPORT, "1longstringhere"),
        (ImportReport, {"data": {}}, None),
        (ImportReport, {"data": None}, None),
        (IngestReport, {"jobId": "a-b"}, "a-b"),
        (IngestReport, {"id": 7}, "7"),
        (IngestReport, {}, None),
    ],
)
def test_the_id_of_a_job_is_found(report: type, body: Any, job_id: str | None) -> None:
    """Each service tells it in its own place, as text or as a number."""
    assert job_id_in(job_kind(report), body) == job_id
