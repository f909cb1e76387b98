"""What importing the session costs: CPU against ``import aiohttp``, each in fresh processes, taken in turns.

``import asyncsdk`` alone reads nothing: the public names are read on their first use. Beside it the command line's
help, against the help of a program of one command by cyclopts: no command line that uses it can do with less.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import Final

from benchmarks.report import arguments, reporting
from benchmarks.table import Row

STATEMENTS: Final = {
    "aiohttp": "import aiohttp",
    "asyncsdk": "from asyncsdk import Session",
    "help": 'from asyncsdk.cli import main; main(["--help"])',
    "cyclopts": """
from cyclopts import App
app = App()
app.command(print)
app(["--help"], result_action="return_value")
""",
}
PROGRAM: Final = """
import sys, time
began = time.process_time()
{statement}
done = time.process_time()
print(done - began, done, file=sys.stderr)
"""


def measure(name: str) -> tuple[float, float]:
    """Seconds of CPU, user and system: of the import, and of the process up to its end."""
    command = [sys.executable, "-c", PROGRAM.format(statement=STATEMENTS[name])]
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    importing, whole = map(float, told.stderr.split())
    return importing, whole


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="a few seconds, too noisy to judge by")
    chosen = parser.parse_args()
    rounds = 3 if chosen.quick else 25
    for name in STATEMENTS:
        measure(name)  # writes the byte code
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in (*STATEMENTS, "aiohttp again")}
    for _ in range(rounds):
        for name, runs in taken.items():
            runs.append(measure(name.partition(" ")[0]))

    def milliseconds(name: str, which: int) -> float:
        return statistics.median(run[which] for run in taken[name]) * 1000

    raw, ours = milliseconds("aiohttp", 0), milliseconds("asyncsdk", 0)
    found = [
        Row("import aiohttp", raw, "ms"),
        Row("from asyncsdk import Session", ours, "ms"),
        Row("aiohttp again / aiohttp (control)", milliseconds("aiohttp again", 0) / raw),
        Row("asyncsdk / aiohttp, the import alone", ours / raw, goal=1.2, limit=1.4),
        Row("asyncsdk / aiohttp, the whole process", milliseconds("asyncsdk", 1) / milliseconds("aiohttp", 1)),
        Row("asyncsdk --help, the whole process", milliseconds("help", 1), "ms", goal=200.0),
        Row("asyncsdk --help / cyclopts alone", milliseconds("help", 1) / milliseconds("cyclopts", 1)),
    ]
    with reporting("import_time", chosen) as report:
        report.show(f"Importing: CPU, median of {rounds} fresh processes each", found)


if __name__ == "__main__":
    main()
