"""Job status: what a route answers that looks at a job once."""

from __future__ import annotations

from typing import Generic, TypeVar

from attrs import field, frozen

from asyncsdk.jobs.job import JobState
from asyncsdk.redaction import masked_repr

__all__ = ["JobStatus"]

T = TypeVar("T")


@frozen
class JobStatus(Generic[T]):
    """Status of a job at one moment."""

    state: JobState
    """``pending``, ``running``, ``done`` or ``failed``; a text that is not known counts as ``failed``."""

    text: str = field(default="", repr=masked_repr)
    """The server's own words."""

    report: T | None = None
    """The report, once the job is done."""
