"""Adds the report of a probe to the captured answers: ``python -m tests.conformance.add_report REPORT.json``.

It writes a file for each route of which something was seen, and tells which routes may be marked ``captured`` now.
Then the tests in ``test_captured.py`` say what the model and the emulator must learn.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from asyncsdk import TABLE, InvalidArgument, Shape
from asyncsdk.probe.report.fact_json import fact_from_json
from asyncsdk.probe.report.report_json import FORMAT, VERSION
from tests.conformance.captured import FOLDER

__all__ = ["add_report", "main"]

Facts: TypeAlias = dict[str, dict[str, Any]]
"""Facts as JSON, by their names."""

LONGEST = 20_000_000
"""Bytes of a report."""


def add_report(report_path: Path, folder: Path = FOLDER) -> list[str]:
    """Add a report; gives lines that tell what was done, and what is to be done now.

    Raises:
        InvalidArgument: this is no report of an account, or one of another version.
    """
    report = _report_in(report_path)
    by_route = _facts_by_route(report)
    told: list[str] = []
    for name in TABLE:
        if name in by_route:
            path = folder / f"{name}.json"
            facts = _known_facts(path) | by_route[name]
            content = {
                "route": name,
                "server": report["server"],
                "date": report["date"],
                "facts": [*facts.values()],
            }
            path.write_text(f"{json.dumps(content, indent=1)}\n", encoding="utf-8")
            told.append(f"{name}: {len(by_route[name])} facts, in {path.name}.")
    told += _to_be_marked(report, by_route)
    return told


def _report_in(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            report: Any = json.loads(file.read(LONGEST + 1))
    except (ValueError, RecursionError) as error:
        raise InvalidArgument(f"{path} is no JSON, or too long.") from error
    if not isinstance(report, dict) or report.get("format") != FORMAT:
        raise InvalidArgument(f"{path} is no report of asyncsdk probe.")
    if report.get("version") != VERSION:
        raise InvalidArgument(f"{path} has version {report.get('version')}; this program reads version {VERSION}.")
    if report.get("server") == "emulator":
        raise InvalidArgument(f"{path} is a report of the emulator, which captures nothing.")
    return report


def _known_facts(path: Path) -> Facts:
    """What another report told of the route, by the fact's name: it may have asked more than this one."""
    if not path.exists():
        return {}
    return {fact["name"]: fact for fact in json.loads(path.read_text(encoding="utf-8"))["facts"]}


def _facts_by_route(report: dict[str, Any]) -> dict[str, Facts]:
    """The facts of each route, without their comparison with an emulator that is going to change."""
    by_route: dict[str, Facts] = {}
    for check in report["checks"]:
        for fact in check["facts"]:
            if fact["route"] in TABLE and fact["value"] is not None:
                fact_from_json(fact)
                kept = {key: fact[key] for key in ("name", "route", "kind", "value")}
                by_route.setdefault(fact["route"], {})[fact["name"]] = {"check": check["name"], **kept}
    return by_route


def _to_be_marked(report: dict[str, Any], by_route: dict[str, Facts]) -> Iterator[str]:
    for route in report["routes"]:
        name = route["route"]
        if name in by_route and route["seen"] and TABLE[name].shape is not Shape.CAPTURED:
            yield (
                f"{name} may be marked captured: it is {TABLE[name].shape} in asyncsdk/api/ and in"
                " tests/conformance/published.tsv."
            )


def main(arguments: list[str], folder: Path = FOLDER) -> int:
    """Add the report that is named to the answers of the folder; gives the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m tests.conformance.add_report REPORT.json\n")
        return 2
    try:
        told = add_report(Path(arguments[0]), folder)
    except (InvalidArgument, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in told) or "The report holds no answer.\n")
    sys.stdout.write("Now: pytest tests/conformance/test_captured.py tests/api\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
