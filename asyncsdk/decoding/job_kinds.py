"""Kinds of jobs: one value for each class of report, with the server's words, keys and envelope.

The route that tells the status of a job is the one that returns ``JobStatus`` of the same report. Sources: Act-On
developer documentation, "get list upload status" and "import status"; what a failed job answers is not published,
nor is anything about the status of a custom-data job: its words and keys are guesses, and ``PollPolicy.words``
adds to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, TypeVar

from asyncsdk import models
from asyncsdk.jobs.status_parser import JobKind, Words, inside, upload_details

__all__ = ["job_kind"]

T = TypeVar("T")

_UPLOAD_WORDS: Final[Words] = {
    "the job is pending": "pending",
    "the job is running": "running",
    "success": "done",
}


def job_kind(report: type[T]) -> JobKind[T]:
    """The kind of the jobs that give this report."""
    return _by_report()[report]


@cache
def _by_report() -> Mapping[type[Any], JobKind[Any]]:
    # Put together on first use: models are read only where answers are.
    kinds: tuple[JobKind[Any], ...] = (
        JobKind(models.UploadReport, _UPLOAD_WORDS, report_in=upload_details, report_has_status=True),
        JobKind(models.EventReport, _UPLOAD_WORDS, report_in=upload_details, report_has_status=True),
        JobKind(
            models.ImportReport,
            {"running": "running", "completed": "done"},
            status_keys=("importStatus",),
            id_keys=("importId",),
            object_in=inside("data"),
        ),
        # Guessed, all of it: of these jobs only the paths are published.
        JobKind(
            models.IngestReport,
            {"pending": "pending", "running": "running", "complete": "done", "completed": "done"},
            status_keys=("status", "jobStatus"),
            id_keys=("jobId", "id"),
        ),
    )
    return {kind.report: kind for kind in kinds}
