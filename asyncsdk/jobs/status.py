"""What the server's words about a job mean: one description for each kind of report.

A word that is not known fails the job with that word: nothing is polled for ever. Sources: Act-On developer
documentation, "get list upload status" and "import status"; what a failed job answers is not published, nor is
anything about the status of a custom-data job: its words and keys are guesses, and ``PollPolicy.words`` adds to
them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, cast

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.jobs.job import JobState

__all__ = ["StatusSnapshot", "Words", "job_id_in", "parse_status"]

Body: TypeAlias = Mapping[str, Any]
Words: TypeAlias = Mapping[str, JobState]


@frozen
class StatusSnapshot:
    """What one status body says."""

    state: JobState
    text: str
    details: Json = None
    """The body of the report, once the job is done."""


def _whole(body: Body) -> Body:
    return body


def _inside(key: str) -> Callable[[Body], Body]:
    """Where an envelope holds the object under a key; an answer without one is taken as it is."""

    def inner(body: Body) -> Body:
        told = body.get(key, body)
        return cast("Body", told) if isinstance(told, dict) else {}

    return inner


def _upload_details(told: Body) -> Body | None:
    """The report; it comes twice, as an object and as JSON in a text, and either will do."""
    details = told.get("details")
    if not isinstance(details, dict):
        try:
            details = json.loads(told.get("jobDetails") or "null")
        except (TypeError, ValueError):
            return None
        if not isinstance(details, dict):
            return None
    known = cast("Body", details)
    return {"rejects_file": _rejects_file(told, known), **known}


def _rejects_file(*places: Body) -> str | None:
    """The name of the file of rejected rows. Guessed: the key is not published, but it must speak of rejects."""
    for place in places:
        for key, value in place.items():
            if "reject" in key.lower() and isinstance(value, str) and value and not value.isdecimal():
                return value
    return None


@frozen
class _Kind:
    """How the jobs of one kind are told of."""

    words: Words
    """The server's words in lower case."""

    said_in: tuple[str, ...] = ("status",)
    """The keys that may hold the word."""

    id_in: tuple[str, ...] = ("jobId",)
    """The keys that may hold the id, in the answer that begins the job."""

    object_in: Callable[[Body], Body] = field(default=_whole)
    """Finds the object that says all this."""

    details: Callable[[Body], Body | None] = field(default=_whole)
    """Finds the report, once the job is done."""


_SILENT: Final = "The answer does not say how the job is doing."

_UPLOAD: Final = _Kind(
    {"the job is pending": "pending", "the job is running": "running", "success": "done"},
    details=_upload_details,
)

_KINDS: Final[Mapping[str, _Kind]] = {
    "UploadReport": _UPLOAD,
    "EventReport": _UPLOAD,
    "ImportReport": _Kind(
        {"running": "running", "completed": "done"},
        said_in=("importStatus",),
        id_in=("importId",),
        object_in=_inside("data"),
    ),
    # Guessed, all of it: of these jobs only the paths are published.
    "IngestReport": _Kind(
        {"pending": "pending", "running": "running", "complete": "done", "completed": "done"},
        said_in=("status", "jobStatus"),
        id_in=("jobId", "id"),
    ),
}
"""By the report's name."""


def job_id_in(report: type[Any], body: Json) -> str | None:
    """The id in the answer that begins a job."""
    kind = _KINDS[report.__name__]
    told: Body = kind.object_in(cast("Body", body)) if isinstance(body, dict) else {}
    for key in kind.id_in:
        job_id = told.get(key)
        if isinstance(job_id, (str, int)) and not isinstance(job_id, bool) and str(job_id):
            return str(job_id)
    return None


def parse_status(report: type[Any], body: Json, words: Words) -> StatusSnapshot:
    """Read a status body.

    Args:
        report: what the job gives.
        body: the answer's JSON.
        words: further words of the server, in lower case, and what they mean.
    """
    if not isinstance(body, dict):
        return StatusSnapshot("failed", f"The status is not an object but {type(body).__name__}.")
    kind = _KINDS[report.__name__]
    envelope = cast("Body", body)
    told = kind.object_in(envelope)
    text = next((str(told[key]).strip() for key in kind.said_in if told.get(key) is not None), "")
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
    details = kind.details(told)
    if details is None:
        return StatusSnapshot("failed", "The job succeeded, but its report is missing.")
    return _done(text, details) if kind is _UPLOAD else StatusSnapshot("done", text, dict(details))


def _done(text: str, details: Body) -> StatusSnapshot:
    """An upload's report has a status of its own."""
    verdict = str(details.get("status") or "ok")
    if verdict.lower() not in {"ok", "success"}:
        return StatusSnapshot("failed", str(details.get("message") or verdict))
    return StatusSnapshot("done", text, dict(details))
