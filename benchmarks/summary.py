"""The table of the last run, made from the results of all programs: python -m benchmarks.summary.

``summary.toml`` says which rows stand in which line. The table is written between two marks of each page.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from benchmarks.report import RESULTS
from benchmarks.results import Result, read_results
from benchmarks.table import Row, number, verdict

__all__ = ["PAGES", "page_with_table", "summary"]

HERE: Final = Path(__file__).parent
PAGES: Final = (HERE / "README.md", HERE.parent / "docs/benchmarks.md")
BEGIN: Final = "<!-- the table: made by make bench-table -->\n"
END: Final = "<!-- the end of the table -->\n"
VERDICTS: Final = ("missed", "goal missed, within limit", "met", "")
"""The worst first."""


def summary(results: Mapping[str, Result]) -> str:
    """The machine, the versions and the table, as Markdown."""
    sections = tomllib.loads((HERE / "summary.toml").read_text(encoding="utf-8"))["section"]
    known = [section for section in sections if section["program"] in results]
    main = results[known[0]["program"]]
    lines = [
        f"{_conditions(main)}.",
        "",
        "| | measured | goal | limit | verdict |",
        "|---|---|---|---|---|",
    ]
    for section in known:
        lines += _section(section, results[section["program"]], main)
    return "\n".join(lines) + "\n"


def page_with_table(page: str, table: str) -> str:
    """The page with this table between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise LookupError(f"The page has no marks {BEGIN!r} and {END!r}.")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _conditions(result: Result) -> str:
    """When, where and with what it was measured."""
    machine = result.machine
    versions = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    where = f"{machine['cpus']} CPUs, {machine['processor']}; {machine['system']}"
    return f"{_day(result.date)}, commit {result.commit or 'unknown'}; {where}; {versions}"


def _section(section: Mapping[str, Any], result: Result, main: Result) -> Iterator[str]:
    same_day = (result.date, result.machine["processor"]) == (main.date, main.machine["processor"])
    title = section["title"] if same_day else f"{section['title']}; {_day(result.date)}"
    yield f"| {title} | | | | |"
    for line in section["lines"]:
        groups = [result.rows(pattern, line.get("table", "*")) for pattern in line["rows"]]
        if line.get("worst", False):
            groups = [[_worst(rows)] for rows in groups]
        yield _line(line["what"], groups)


def _line(what: str, groups: list[list[Row]]) -> str:
    values = "; ".join(_told(number(row.value, row.unit) for row in rows) for rows in groups)
    goals = _once("; ", filter(None, (_bounds((row.goal, row.unit) for row in rows) for rows in groups)))
    limits = _once("; ", filter(None, (_bounds((row.limit, row.unit) for row in rows) for rows in groups)))
    worst = min((verdict(row) for rows in groups for row in rows), key=VERDICTS.index)
    shown = re.sub("^(goal )?missed", r"**\g<0>**", worst)
    return f"| {what} | {values} | {goals} | {limits} | {shown} |"


def _bounds(bounds: Iterable[tuple[float | None, str]]) -> str:
    return _once(", ", (number(bound, unit) for bound, unit in bounds if bound is not None))


def _once(between: str, texts: Iterable[str]) -> str:
    """Goals or limits: one, if all are the same."""
    found = list(texts)
    return found[0] if len(set(found)) == 1 else between.join(found)


def _told(values: Iterable[str]) -> str:
    """Values with commas; once if there is none of anything."""
    texts = list(values)
    return texts[0] if set(texts) == {"0"} else ", ".join(texts)


def _worst(rows: list[Row]) -> Row:
    return (max if rows[0].better == "less" else min)(rows, key=lambda row: row.value)


def _day(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{found.day} {found:%B %Y}"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS, help="the folder of the results")
    parser.add_argument("--print", action="store_true", help="print it, and write no page")
    chosen = parser.parse_args()
    table = summary(read_results(chosen.results))
    if chosen.print:
        print(table)
        return
    for page in PAGES:
        page.write_text(page_with_table(page.read_text(encoding="utf-8"), table), encoding="utf-8")
        print(f"Written to {page}")


if __name__ == "__main__":
    main()
