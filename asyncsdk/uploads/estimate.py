"""Estimate of the time that an upload's job takes."""

from __future__ import annotations

from typing import Final

__all__ = ["JOB_BASE", "JOB_ROWS", "job_seconds"]

JOB_BASE: Final = 5.0


JOB_ROWS: Final = 2000


def job_seconds(rows: int) -> float:
    """The estimate of how long Act-On works on a file of so many rows."""
    return JOB_BASE + rows / JOB_ROWS
