"""Report of a bulk run, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from attrs import define, field

from asyncsdk.bulk import BulkReport, Reject

__all__ = ["OUTCOMES", "ReasonSummary", "outcome_counts", "report_lines"]

EXAMPLES: Final = 5
REASONS: Final = 20
OUTCOMES: Final = ("created", "updated", "merged", "rejected", "failed", "unknown")


@define
class _ReasonCount:
    """Rows that were rejected for the same reason: how many, and the numbers of the first."""

    reason: str
    count: int = 0
    first_rows: list[int] = field(factory=list[int])
    first_lines: list[int] = field(factory=list[int])
    """Where the rows come from a file, the lines that they begin on."""


class ReasonSummary:
    """Summary of the reasons for rejected rows; its size does not grow with the rows."""

    def __init__(self, rejects: Iterable[Reject]) -> None:
        self._found: dict[str, _ReasonCount] = {}
        for reject in rejects:
            self._count(reject)

    def _count(self, reject: Reject) -> None:
        reason = reject.reason
        if reason not in self._found and len(self._found) >= REASONS:
            reason = "other reasons"
        found = self._found.setdefault(reason, _ReasonCount(reason))
        found.count += 1
        if len(found.first_rows) < EXAMPLES:
            found.first_rows.append(reject.number)
            if reject.line is not None:
                found.first_lines.append(reject.line)

    def as_json(self) -> list[dict[str, Any]]:
        """Each reason, with its count and a few row numbers."""
        return [
            {
                "reason": each.reason,
                "count": each.count,
                "first_rows": each.first_rows,
                "first_lines": each.first_lines,
            }
            for each in self._found.values()
        ]

    def lines(self) -> Iterator[str]:
        """The same for people."""
        for each in self._found.values():
            more = ", …" if each.count > len(each.first_rows) else ""
            where = "line" if each.first_lines else "row"
            numbers = ", ".join(map(str, each.first_lines or each.first_rows))
            yield f"  {each.count:,} rejected: {each.reason} ({where} {numbers}{more})"


def outcome_counts(report: BulkReport) -> dict[str, int]:
    """The counts by name: the rows, and the six that they are the sum of."""
    return {"rows": report.rows, **{name: getattr(report, name) for name in OUTCOMES}}


def report_lines(report: BulkReport, reasons: ReasonSummary) -> Iterator[str]:
    """A report for people."""
    counts = outcome_counts(report)
    told = ", ".join(f"{counts[name]:,} {name}" for name in OUTCOMES)
    noun = "row" if report.rows == 1 else "rows"
    yield f"{report.rows:,} {noun}: {told}."
    if report.unchanged:
        yield f"  {report.unchanged:,} of those updated were there already, as the state file knows."
    if report.merged:
        yield f"  {report.merged:,} merged: a later row has the same address."
    yield from reasons.lines()
    for reason in report.reasons:
        yield f"  {reason}"
