"""Status of a job: parses the server's words by the description of the job's kind.

A word that is not known fails the job with that word: nothing is polled for ever.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.jobs.job import JobState

__all__ = ["JobKind", "StatusSnapshot", "Words", "inside", "job_id_in", "parse_status", "upload_details"]

T = TypeVar("T")
JsonObject: TypeAlias = Mapping[str, Any]
Words: TypeAlias = Mapping[str, JobState]

_SILENT: Final = "The answer does not say how the job is doing."


@frozen(eq=False, repr=False)
class StatusSnapshot:
    """Snapshot of a job's status: what one answer said."""

    state: JobState
    text: str
    details: Json = None
    """The body of the report, once the job is done."""


def _whole(body: JsonObject) -> JsonObject:
    return body


@frozen(eq=False, repr=False)
class JobKind(Generic[T]):
    """Description of one kind of job: its report, and how answers show its status."""

    report: type[T]
    """The class of the report that the job gives."""

    words: Words
    """The server's words for the states, in lower case."""

    status_keys: tuple[str, ...] = ("status",)
    """The keys that may hold the word."""

    id_keys: tuple[str, ...] = ("jobId",)
    """The keys that may hold the id, in the answer that begins the job."""

    object_in: Callable[[JsonObject], JsonObject] = field(default=_whole)
    """Finds the object that holds the status."""

    report_in: Callable[[JsonObject], JsonObject | None] = field(default=_whole)
    """Finds the report, once the job is done."""

    report_has_status: bool = False
    """Whether the report has a status of its own, which may be a failure."""


def inside(key: str) -> Callable[[JsonObject], JsonObject]:
    """The object under a key of an envelope; an answer without one is taken itself."""

    def inner(body: JsonObject) -> JsonObject:
        told = body.get(key, body)
        return cast("JsonObject", told) if isinstance(told, dict) else {}

    return inner


def upload_details(told: JsonObject) -> JsonObject | None:
    """The report of an upload; it comes twice, as an object and as JSON in a text, and either will do."""
    details = told.get("details")
    if not isinstance(details, dict):
        try:
            details = json.loads(told.get("jobDetails") or "null")
        except (TypeError, ValueError):
            return None
        if not isinstance(details, dict):
            return None
    known = cast("JsonObject", details)
    return {"rejects_file": _rejects_file(told, known), **known}


def _rejects_file(*places: JsonObject) -> str | None:
    """The name of the file of rejected rows. Guessed: the key is not published, but it must speak of rejects."""
    for place in places:
        for key, value in place.items():
            if "reject" in key.lower() and isinstance(value, str) and value and not value.isdecimal():
                return value
    return None


def job_id_in(kind: JobKind[Any], body: Json) -> str | None:
    """The id in the answer that begins a job."""
    told: JsonObject = kind.object_in(cast("JsonObject", body)) if isinstance(body, dict) else {}
    for key in kind.id_keys:
        job_id = told.get(key)
        if isinstance(job_id, (str, int)) and not isinstance(job_id, bool) and str(job_id):
            return str(job_id)
    return None


def parse_status(kind: JobKind[Any], body: Json, words: Words) -> StatusSnapshot:
    """Parse an answer with the status of a job.

    Args:
        kind: the kind of the job.
        body: the answer's JSON.
        words: further words of the server, in lower case, and what they mean.
    """
    if not isinstance(body, dict):
        return StatusSnapshot("failed", f"The status is not an object but {type(body).__name__}.")
    envelope = cast("JsonObject", body)
    told = kind.object_in(envelope)
    text = next((str(told[key]).strip() for key in kind.status_keys if told.get(key) is not None), "")
    if envelope.get("errorCode") is not None:
        return StatusSnapshot("failed", str(envelope.get("message") or envelope.get("errorMessage") or text))
    word = text.rstrip(".").lower()
    state: JobState = kind.words.get(word) or words.get(word, "failed")
    if state == "done" and (told.get("success") is False or told.get("isSuccess") is False):
        state = "failed"
    if state == "failed":
        return StatusSnapshot(state, str(told.get("errorMessage") or told.get("message") or text or _SILENT))
    if state != "done":
        return StatusSnapshot(state, text)
    report = kind.report_in(told)
    if report is None:
        return StatusSnapshot("failed", "The job succeeded, but its report is missing.")
    return _status_of_report(text, report) if kind.report_has_status else StatusSnapshot("done", text, dict(report))


def _status_of_report(text: str, report: JsonObject) -> StatusSnapshot:
    """The status that a report has of its own."""
    status = str(report.get("status") or "ok")
    if status.lower() not in {"ok", "success"}:
        return StatusSnapshot("failed", str(report.get("message") or status))
    return StatusSnapshot("done", text, dict(report))
