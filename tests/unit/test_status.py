"""What the server says of a job: pending, running, done with a report, or failed with its words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asyncsdk import EventReport, UploadReport
from asyncsdk.status import look_at

DETAILS = {"listId": "l-0001", "appendCount": 1, "status": "ok"}

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
    look = look_at(report, {"status": text}, {})
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
    look = look_at(report, body, {})
    assert look.state == "done"
    assert look.details["appendCount"] == 1


@reports
@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"status": "The job has failed"}, "The job has failed"),
        ({"status": "error", "message": "Too many columns"}, "Too many columns"),
        ({"status": "The job is resting"}, "The job is resting"),
        ({"status": ""}, ""),
        ({}, ""),
        ({"status": None}, "None"),
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
    look = look_at(report, body, {})
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
    look = look_at(UploadReport, {"status": "success", "details": {**DETAILS, **inner}, **outer}, {})
    assert look.details["rejects_file"] == name
