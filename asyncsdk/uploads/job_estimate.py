"""Job estimate: how long Act-On works on an uploaded file."""

from __future__ import annotations

from typing import Final

__all__ = ["JOB_BASE", "JOB_ROWS", "job_seconds"]

JOB_BASE: Final = 5.0
"""Seconds of any job."""

JOB_ROWS: Final = 2000
"""Rows for each further second."""


def job_seconds(rows: int) -> float:
    """Estimate of the seconds that Act-On works on a file of so many rows."""
    return JOB_BASE + rows / JOB_ROWS
