"""The report of a benchmark: its tables, printed as they come, and written as JSON when the program ends."""

from __future__ import annotations

import argparse
import json
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from attrs import asdict, define, field

from benchmarks.machine import commit, machine, versions
from benchmarks.table import Row, print_table

__all__ = ["RESULTS", "Report", "arguments", "reporting"]

ROOT: Final = Path(__file__).parents[1]

RESULTS: Final = ROOT / "benchmarks/results"
"""Whole runs; the table of the README and the plots are made from these."""

PARTS: Final = ROOT / "build/benchmarks"
"""Runs that are too short to judge by, or only a part of a program."""


@define
class Report:
    """What one run of a program found."""

    program: str
    tables: list[dict[str, Any]] = field(factory=lambda: list[dict[str, Any]]())

    def show(self, title: str, rows: Iterable[Row]) -> None:
        """Print a table, and keep it for the file."""
        kept = list(rows)
        print_table(title, kept)
        self.tables.append({"title": title, "rows": [asdict(row) for row in kept]})

    def write(self, path: Path) -> None:
        """Write the file in one step, with the machine, the versions, the date and the commit."""
        whole = {
            "program": self.program,
            "date": datetime.now(UTC).date().isoformat(),
            "commit": commit(ROOT),
            "machine": machine(),
            "versions": versions(),
            "tables": self.tables,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}")
        half.write_text(f"{json.dumps(whole, indent=1, ensure_ascii=False)}\n", encoding="utf-8")
        half.replace(path)
        print(f"\nWritten to {path}")


def arguments(description: str | None, *, quick: str) -> argparse.ArgumentParser:
    """A parser with the options of every program; ``quick`` tells what ``--quick`` does."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="where the tables are written as JSON: benchmarks/results/ by default, and build/benchmarks/ with "
        "--quick or if only a part is run",
    )
    return parser


@contextmanager
def reporting(program: str, chosen: argparse.Namespace, *, part: bool = False) -> Generator[Report]:
    """Give a report, and write it if the block ends well.

    Args:
        program: the name of the file, without its ending.
        chosen: what ``arguments`` parsed.
        part: whether only a part of the program is run.
    """
    report = Report(program)
    yield report
    folder = PARTS if chosen.quick or part else RESULTS
    report.write(chosen.output or folder / f"{program}.json")
