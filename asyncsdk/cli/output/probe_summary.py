"""Output of ``asyncsdk probe``: the plan before it begins, and the summary at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from asyncsdk.cli.output.counted import counted
from asyncsdk.cli.output.table import format_table
from asyncsdk.probe.check import Access, Check
from asyncsdk.probe.comparison import Compared
from asyncsdk.probe.left_lists import LeftLists
from asyncsdk.probe.plan import ProbePlan
from asyncsdk.probe.report.report_files import ReportFiles
from asyncsdk.probe.report.report_json import summary_json
from asyncsdk.probe.results import Outcome, ProbeResults

__all__ = ["left_lines", "plan_lines", "summary_lines"]

MOST_DIFFERENCES: Final = 12
"""Differences that are shown, a line each: the summary fits on one screen."""


def plan_lines(plan: ProbePlan, width: int | None, *, each: bool) -> Iterator[str]:
    """The plan: what is asked, how many calls it needs at most, and what does not fit.

    Args:
        plan: the plan.
        width: cells of the terminal; None where nothing is to be cut.
        each: whether to show each check, and not only how many there are of a subject.
    """
    yield from (_each_check(plan.checks, width) if each else _subjects(plan.checks, width))
    checks, calls = counted(len(plan.checks), "check"), counted(plan.calls, "call")
    yield f"{checks}, {calls} at most. More than {plan.most:,} are never made."
    if plan.left_out:
        names = ", ".join(check.name for check in plan.left_out[:3])
        more = "" if len(plan.left_out) <= 3 else f" and {len(plan.left_out) - 3:,} more"
        yield f"Left out, since --calls {plan.most} has no room for them: {names}{more}."


def summary_lines(results: ProbeResults, files: ReportFiles | None = None) -> Iterator[str]:
    """Summary of a probe, on one screen.

    Args:
        results: what came out.
        files: where the report is; None where it could not be written.
    """
    counts = summary_json(results)
    yield (
        f"{counted(counts['facts'], 'fact')}: {counts['same']:,} same, {counts['differ']:,} differ,"
        f" {counts['not_seen']:,} not seen."
        f" {results.calls_made:,} of at most {counted(results.calls_most, 'call')}."
    )
    lines = [line for fact in results.facts for line in _difference_lines(fact)]
    yield from lines[:MOST_DIFFERENCES]
    if len(lines) > MOST_DIFFERENCES:
        yield f"In the report there are more: {counted(len(lines) - MOST_DIFFERENCES, 'difference')}."
    failed = sum(result.outcome is Outcome.NOT_COMPARED for result in results.checks)
    if failed:
        yield f"A mistake in asyncsdk, not in the account: its own emulator failed at {failed:,} of the checks."
    unasked = sum(result.outcome is not Outcome.ASKED for result in results.checks)
    if unasked:
        yield f"Not asked, or not to the end: {unasked:,} of the checks; the report tells why."
    if results.ended_by is not None:
        yield f"The probe did not come to its end: {results.ended_by}."
    if files is not None:
        yield f"The report: {files.markdown} and {files.json}. Look through it before you share it."


def left_lines(left: LeftLists, calls: int) -> Iterator[str]:
    """Notices of the lists that a killed probe has left.

    Args:
        left: what became of them.
        calls: how many calls that took.
    """
    if left.removed:
        yield f"Removed what earlier probes had left: {counted(left.removed, 'list')}, by {counted(calls, 'call')}."
    for name in left.kept:
        yield f"The list {name} of an earlier probe could not be removed; the next probe with --write tries again."
    for name in left.unknown:
        yield f"An earlier probe asked for a list {name}, and was killed before it knew its id: look for it."
    if left.elsewhere:
        yield f"Not touched, since earlier probes left it in other accounts: {counted(left.elsewhere, 'list')}."


def _each_check(checks: tuple[Check, ...], width: int | None) -> list[str]:
    rows = [(check.access.value, str(check.calls), check.name, check.question) for check in checks]
    return format_table(("ACCESS", "CALLS", "CHECK", "QUESTION"), rows, width=width, numbers=("CALLS",)).printed


def _subjects(checks: tuple[Check, ...], width: int | None) -> list[str]:
    subjects: dict[str, list[Check]] = {}
    for check in checks:
        subjects.setdefault(_subject(check), []).append(check)
    rows = [
        (subject, f"{len(found):,}", f"{sum(check.calls for check in found):,}")
        for subject, found in subjects.items()
    ]
    headings = ("SUBJECT", "CHECKS", "CALLS AT MOST")
    return format_table(headings, rows, width=width, numbers=headings[1:]).printed


def _subject(check: Check) -> str:
    if check.access is not Access.READ:
        return f"--{check.access.value}"
    return check.name.partition(".")[0]


def _difference_lines(fact: Compared) -> Iterator[str]:
    for each in fact.differences:
        by = ", ".join(each.expected_by)
        yield f"  {fact.fact.name}, {each.where}: {each.seen}; expected by {by}: {each.expected}"
