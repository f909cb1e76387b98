"""What ``bulk.upsert`` of a million rows costs: CPU against ``csv.writer``, memory, calls, lag and longest step.

Each kind of input runs in a process of its own: first ``csv.writer`` on tuples of the same rows, then the whole
run, checks included, against an emulator in another process, then ``csv.writer`` once more. Making the rows is not
counted.
"""

from __future__ import annotations

import asyncio
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs
from attrs import asdict, frozen

from benchmarks.bulk_rows import HEADINGS, Lazily, as_dict, cells
from benchmarks.lag import watched_loop
from benchmarks.loop_steps import LoopSteps
from benchmarks.pinning import pin
from benchmarks.report import arguments, reporting
from benchmarks.table import Row

MEGABYTE: Final = 1_000_000
WARM_UP: Final = 10
"""Rows whose plan has everything imported before the memory is looked at."""
FILE: Final = "CSV file"


@frozen
class Cost:
    """What one run took. Seconds are of CPU."""

    writer: float
    """``csv.writer`` before the run."""
    writer_again: float
    reader: float
    """A ``csv.reader`` that feeds a ``csv.writer``; 0 where the rows come from no file."""
    build: float
    """From the first row that was read to the first byte that was sent: files are written, rows checked."""
    whole: float
    seconds: float
    """Of the whole run, by the clock."""
    peak: float
    """Bytes over what the process held before it began."""
    lag: float
    """The longest, in milliseconds."""
    step: float
    """CPU of the loop's longest step, in milliseconds, with the rows that are made in it."""
    step_of_code: float
    """The same without full garbage collections."""
    calls: int
    created: int
    merged: int


def _repeated(number: int) -> tuple[Any, ...]:
    return cells(number - 50 if number % 100 == 50 else number)


def _quoted(number: int) -> tuple[Any, ...]:
    row = cells(number)
    return row if number % 10 else (*row[:3], 'The "Analytical" Engines, Ltd', *row[4:])


def _with_number(number: int) -> tuple[Any, ...]:
    return (*cells(number)[:-1], number % 1000)


_Lead: Any = attrs.make_class(
    "Lead", {f"column_{place}": attrs.field(metadata={"wire": (name,)}) for place, name in enumerate(HEADINGS)}
)

KINDS: Final[dict[str, tuple[Callable[[int], tuple[Any, ...]], Callable[[tuple[Any, ...]], Any]]]] = {
    "dicts": (cells, as_dict),
    "attrs objects": (cells, lambda row: _Lead(*row)),
    FILE: (cells, as_dict),
    "dicts, 1 % of the addresses twice": (_repeated, as_dict),
    "dicts, quotes in 10 % of the rows": (_quoted, as_dict),
    "dicts, a column of integers": (_with_number, as_dict),
}
"""How to make a row's cells, and the row of them."""

GOALS: Final = {"dicts": 0.9, FILE: 0.85, "dicts, 1 % of the addresses twice": 0.85}
"""Of the speed of building the files, over ``csv.writer``; 0.8 for the others."""


def _writing(rows: Iterable[Iterable[Any]]) -> float:
    """CPU of writing them to a file that has no name."""
    with tempfile.TemporaryFile("w", newline="", encoding="utf-8") as file:
        began = time.process_time()
        csv.writer(file).writerows(rows)
        file.flush()
        return time.process_time() - began


def _writing_tuples(make: Callable[[int], tuple[Any, ...]], count: int) -> float:
    tuples = Lazily(make, count)
    return _writing(tuples) - tuples.seconds


def _copying(path: Path) -> float:
    with path.open(newline="", encoding="utf-8") as file:
        return _writing(csv.reader(file))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


async def run(kind: str, count: int, folder: Path, server: dict[str, Any], steps: LoopSteps) -> Cost:
    """Measure one kind of input."""
    from asyncsdk import Session

    make, row = KINDS[kind]
    writer = _writing_tuples(make, count)
    lazily = Lazily(lambda number: row(make(number)), count)
    rows: Any = lazily
    reader = 0.0
    if kind == FILE:
        rows = folder / "leads.csv"
        with rows.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow(HEADINGS)
            csv.writer(file).writerows(map(make, range(count)))
        reader = _copying(rows)
    list_id = server["lists"][kind]
    async with Session(token=server["token"], base_url=server["url"]) as acton:
        await acton.bulk.plan(list_id, Lazily(lazily.make, WARM_UP))
        sending: list[float] = []

        def see(progress: Any) -> None:
            if progress.stage != "reading" and not sending:
                sending.append(time.process_time())

        before = _peak()
        began, on_the_clock = time.process_time(), time.perf_counter()
        async with watched_loop() as lag:
            with steps.watched():
                report = await acton.bulk.upsert(list_id, rows, via="upload", on_progress=see)
        whole = time.process_time() - began - lazily.seconds
        seconds = time.perf_counter() - on_the_clock
        peak = _peak() - before
    assert report.created + report.merged == report.rows == count, report
    return Cost(
        writer=writer,
        writer_again=_writing_tuples(make, count),
        reader=reader,
        build=sending[0] - began - lazily.seconds,
        whole=whole,
        seconds=seconds,
        peak=peak,
        lag=lag.longest,
        step=steps.longest,
        step_of_code=steps.longest_of_code,
        calls=report.calls,
        created=report.created,
        merged=report.merged,
    )


async def serve() -> None:
    """An emulator with an empty list for each kind; says where it is, and ends with its input."""
    from asyncsdk.emulator import Emulator, Settings

    async with Emulator(Settings(job_pending=0.1, job_running=0.1)) as server:
        lists = {kind: server.add_list(kind, HEADINGS) for kind in KINDS}
        print(
            json.dumps({"url": server.url, "token": server.issue_token()["access_token"], "lists": lists}),
            flush=True,
        )
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextmanager
def serving() -> Generator[str]:
    """An emulator in another process; gives what it says of itself."""
    command = [sys.executable, "-m", "benchmarks.bulk_upsert", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline()
        finally:
            process.stdin.close()


def measure(kind: str, count: int, folder: str, server: str) -> Cost:
    """Measure one kind of input in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.bulk_upsert", "--run", kind, str(count), folder]
    told = subprocess.run(command, check=True, input=server, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return Cost(**json.loads(told.stdout))


def rows_of(kind: str, count: int, cost: Cost) -> list[Row]:
    """The table of one kind."""
    writer, goal = (cost.writer + cost.writer_again) / 2, GOALS.get(kind, 0.8)
    table = [
        Row(f"{kind}: csv.writer on tuples", count / writer, "rows/s of CPU"),
        Row(f"{kind}: csv.writer again / csv.writer, speed (control)", cost.writer / cost.writer_again),
        Row(f"{kind}: files built / csv.writer, speed", writer / cost.build, goal=goal, limit=0.7, better="more"),
    ]
    if cost.reader:
        table.append(Row(f"{kind}: csv.reader into csv.writer / csv.writer, speed", writer / cost.reader))
    return [
        *table,
        Row(f"{kind}: CPU of the whole run / csv.writer", cost.whole / writer),
        Row(f"{kind}: the whole run, by the clock", cost.seconds, "s"),
        Row(f"{kind}: calls", cost.calls, goal=25),
        Row(f"{kind}: peak memory over the start", cost.peak / MEGABYTE, "MB", goal=40.0),
        Row(f"{kind}: longest loop lag", cost.lag, "ms", goal=25.0),
        Row(f"{kind}: CPU of the loop's longest step", cost.step, "ms", goal=25.0),
        Row(f"{kind}: the same without full garbage collections", cost.step_of_code, "ms", goal=25.0),
    ]


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="under a minute, too few rows to judge by")
    parser.add_argument("--serve", action="store_true", help="only the emulator")
    parser.add_argument("--run", nargs=3, metavar=("KIND", "ROWS", "FOLDER"), help="one kind, printed as JSON")
    chosen = parser.parse_args()
    if chosen.serve:
        pin(1)
        asyncio.run(serve())
        return
    if chosen.run is not None:
        pin(0)
        kind, count, folder = chosen.run
        steps = LoopSteps()
        with steps.runner() as runner:
            cost = runner.run(run(kind, int(count), Path(folder), json.load(sys.stdin), steps))
        print(json.dumps(asdict(cost)))
        return
    count = 20_000 if chosen.quick else 1_000_000
    table: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary, serving() as server:
        for kind in KINDS:
            table += rows_of(kind, count, measure(kind, count, temporary, server))
    with reporting("bulk_upsert", chosen) as report:
        report.show(f"Bulk upsert of {count:,} rows, each kind in a process of its own, against an emulator", table)


if __name__ == "__main__":
    main()
