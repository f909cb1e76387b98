"""What the server's words about a job mean: one table for each kind of report.

A text that is not in the table fails the job with that text: nothing is polled for ever.
Source: Act-On developer documentation, "get list upload status"; what a failed job answers is not published.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from attrs import frozen

from asyncsdk.job import JobState
from asyncsdk.message import Json
from asyncsdk.models import EventReport, UploadReport

__all__ = ["Look", "look_at"]


@frozen
class Look:
    """What one status body says."""

    state: JobState
    text: str
    details: Json = None
    """The body of the report, once the job is done."""


_IN_PROGRESS: Final[Mapping[str, JobState]] = {
    "the job is pending": "pending",
    "the job is running": "running",
}

STATES: Final[Mapping[type[Any], Mapping[str, JobState]]] = {
    UploadReport: {**_IN_PROGRESS, "success": "done"},
    EventReport: {**_IN_PROGRESS, "success": "done"},
}
"""By report, then by the server's text in lower case."""


def look_at(report: type[Any], body: Json) -> Look:
    """Read a status body."""
    if not isinstance(body, dict):
        return Look("failed", f"The status is not an object but {type(body).__name__}.")
    told = cast("dict[str, Any]", body)
    text = str(told.get("status", "")).strip()
    if told.get("errorCode") is not None:
        return Look("failed", str(told.get("message") or told.get("errorMessage") or text))
    state: JobState = STATES[report].get(text.rstrip(".").lower(), "failed")
    if state != "done":
        return Look(state, str(told.get("message") or text) if state == "failed" else text)
    details = _details(told)
    if details is None:
        return Look("failed", "The job succeeded, but its report is missing.")
    verdict = str(details.get("status") or "ok")
    if verdict.lower() not in {"ok", "success"}:
        return Look("failed", str(details.get("message") or verdict))
    return Look("done", text, {"rejects_file": _rejects_file(told, details), **details})


def _details(told: Mapping[str, Any]) -> dict[str, Any] | None:
    """The report; it comes twice, as an object and as JSON in a text, and either will do."""
    details = told.get("details")
    if not isinstance(details, dict):
        try:
            details = json.loads(told.get("jobDetails") or "null")
        except (TypeError, ValueError):
            return None
    return cast("dict[str, Any]", details) if isinstance(details, dict) else None


def _rejects_file(*places: Mapping[str, Any]) -> str | None:
    """The name of the file of rejected rows. Guessed: the key is not published, but it must speak of rejects."""
    for place in places:
        for key, value in place.items():
            if "reject" in key.lower() and isinstance(value, str) and value and not value.isdecimal():
                return value
    return None
