"""JSON of a report, with a version: what a maintainer makes a fixture of."""

from __future__ import annotations

from typing import Any, Final

from attrs import asdict

from asyncsdk.probe.comparison import Compared, Verdict
from asyncsdk.probe.report.about import AboutRun
from asyncsdk.probe.report.fact_json import fact_to_json
from asyncsdk.probe.report.seen_routes import seen_routes
from asyncsdk.probe.results import CheckResult, ProbeResults

__all__ = ["FORMAT", "VERSION", "report_json", "summary_json"]

FORMAT: Final = "asyncsdk probe report"

VERSION: Final = 1
"""Raised when a program that reads reports has to know of a change."""


def report_json(results: ProbeResults, about: AboutRun) -> dict[str, Any]:
    """The report as a JSON value."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "asyncsdk": about.version,
        "date": about.day,
        "server": about.server,
        "access": [each.value for each in about.access],
        "calls": {"made": results.calls_made, "most": results.calls_most},
        "ended_by": results.ended_by,
        "summary": summary_json(results),
        "checks": [_check(result) for result in results.checks],
        "routes": [asdict(route) for route in seen_routes(results)],
    }


def summary_json(results: ProbeResults) -> dict[str, int]:
    """Summary: the number of facts, in all and by verdict."""
    return {
        "facts": sum(1 for _ in results.facts),
        "same": results.count(Verdict.SAME),
        "differ": results.count(Verdict.DIFFERS),
        "not_seen": results.count(Verdict.NOT_SEEN),
    }


def _check(result: CheckResult) -> dict[str, Any]:
    return {
        "name": result.check.name,
        "question": result.check.question,
        "access": result.check.access.value,
        "calls": result.check.calls,
        "outcome": result.outcome.value,
        "why": result.why,
        "facts": [_fact(compared) for compared in result.facts],
    }


def _fact(compared: Compared) -> dict[str, Any]:
    return {
        **fact_to_json(compared.fact),
        "verdict": compared.verdict.value,
        "differences": [asdict(each) for each in compared.differences],
        "not_seen": list(compared.not_seen),
    }
