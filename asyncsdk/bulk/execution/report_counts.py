"""Report counts: the rows of a file by outcome, as Act-On's report of its job counts them."""

from __future__ import annotations

from asyncsdk.bulk.execution.reconcile import Found
from asyncsdk.bulk.storage.counts import Counts
from asyncsdk.models.lists import UploadReport

__all__ = ["fitted", "matched", "why_not_saved"]


def fitted(report: UploadReport, rows: int) -> Counts:
    """The server's counts, limited to the rows that were sent; rows that it leaves out are unknown."""
    left = rows
    counts: list[int] = []
    for told in (report.rejected, report.failed, report.appended, report.updated):
        counts.append(min(told, left))
        left -= counts[-1]
    rejected, failed, created, updated = counts
    return Counts(created, updated, rejected, failed, left)


def matched(report: UploadReport, found: Found, rejected: int) -> Counts:
    """The counts of the rows that the list shows, and of those that are known rejects.

    Args:
        report: the server's counts, which leave rows out.
        found: what the list shows.
        rejected: how many rejected rows are known by name.
    """
    shown = found.created + found.updated
    created = min(report.appended, shown)
    return Counts(created, shown - created, rejected)


def why_not_saved(counts: Counts) -> str | None:
    """Why a finished job has not saved some rows, if its report says so."""
    if counts.failed:
        return f"Act-On counts {counts.failed:,} rows as failed, and does not say which, or why."
    return None
