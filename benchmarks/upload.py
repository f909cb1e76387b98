"""What a 400 MB upload costs: ``lists.create`` against aiohttp's own form with an open file.

Each variant runs in a process of its own, so that its peak memory is honest; the server throws everything away.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from attrs import asdict, frozen

from benchmarks.lag import watched_loop
from benchmarks.loopback import serving
from benchmarks.pinning import pin
from benchmarks.report import arguments, reporting
from benchmarks.table import Row

MEGABYTE: Final = 1_000_000
ROW: Final = b"ada+%06d@example.com,Ada,Lovelace,London,1815-12-10,analytical engine,first programmer,0,yes,12345\n"


@frozen
class Cost:
    """What one upload took."""

    seconds: float
    cpu: float
    peak: float
    """Bytes over what the process held before it began."""
    lag: float
    """The longest, in milliseconds."""


async def typed(url: str, path: Path) -> Cost:
    """By the library."""
    from asyncsdk import Column, Session

    columns = [Column("Email", "EMAIL"), *(Column(f"Column {number}") for number in range(9))]
    async with Session(token="token", base_url=url) as acton:

        async def upload() -> None:
            (await acton.lists.create("Leads", file=path, columns=columns)).abandon()

        return await _measured(upload)


async def raw(url: str, path: Path) -> Cost:
    """By aiohttp, in the way that its documentation shows."""
    import aiohttp

    async with aiohttp.ClientSession(headers={"Authorization": "Bearer token"}) as http:

        async def upload() -> None:
            form = aiohttp.FormData()
            form.add_field("listname", "Leads")
            with path.open("rb") as file:
                form.add_field("file", file, filename=path.name)
                async with http.post(f"{url}/api/1/list", data=form) as answer:
                    answer.raise_for_status()
                    await answer.json()

        return await _measured(upload)


VARIANTS: Final[dict[str, Callable[[str, Path], Awaitable[Cost]]]] = {"typed": typed, "raw": raw}


async def _measured(upload: Callable[[], Awaitable[None]]) -> Cost:
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.perf_counter()
    async with watched_loop() as lag:
        await upload()
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    return Cost(
        seconds=seconds,
        cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        peak=(after.ru_maxrss - before.ru_maxrss) * (1 if sys.platform == "darwin" else 1024),
        lag=lag.longest,
    )


def measure(variant: str, url: str, path: Path) -> Cost:
    """Measure one variant in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.upload", "--run", variant, url, str(path)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return Cost(**json.loads(told.stdout))


def write_file(path: Path, size: int) -> None:
    """A file of rows, exactly so long."""
    with path.open("wb") as file:
        block = b"".join(ROW % number for number in range(10_000))
        while (left := size - file.tell()) > 0:
            file.write(block[:left])


def rows(size: int, costs: dict[str, list[Cost]]) -> list[Row]:
    """Ours against aiohttp's own."""

    def middle(variant: str, what: str) -> float:
        return float(statistics.median(getattr(cost, what) for cost in costs[variant]))

    def worst(variant: str, what: str) -> float:
        return float(max(getattr(cost, what) for cost in costs[variant]))

    cpu = middle("typed", "cpu") / middle("raw", "cpu")
    control = middle("raw again", "cpu") / middle("raw", "cpu")
    peak = worst("typed", "peak")
    return [
        Row("raw: speed", size / middle("raw", "seconds") / MEGABYTE, "MB/s"),
        Row("typed: speed", size / middle("typed", "seconds") / MEGABYTE, "MB/s"),
        Row("raw: CPU", middle("raw", "cpu"), "s"),
        Row("typed: CPU", middle("typed", "cpu"), "s"),
        Row("raw again / raw: CPU (control)", control),
        Row("typed / raw: CPU", cpu, goal=1.05, limit=1.2),
        Row("raw: peak memory over the start, worst", worst("raw", "peak") / MEGABYTE, "MB"),
        Row("typed: peak memory over the start, worst", peak / MEGABYTE, "MB", goal=10.0, limit=60.0),
        Row("typed: peak memory / file", peak / size, goal=0.05),
        Row("raw: longest loop lag, median", middle("raw", "lag"), "ms"),
        Row("typed: longest loop lag, median", middle("typed", "lag"), "ms", goal=25.0),
        Row("typed: longest loop lag, worst", worst("typed", "lag"), "ms"),
    ]


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="a few seconds, with a small file")
    parser.add_argument("--run", nargs=3, metavar=("VARIANT", "URL", "FILE"), help="one variant, printed as JSON")
    chosen = parser.parse_args()
    if chosen.run is not None:
        pin(0)
        variant, url, path = chosen.run
        measuring: Any = VARIANTS[variant](url, Path(path))
        print(json.dumps(asdict(asyncio.run(measuring))))
        return
    size, rounds = (20 * MEGABYTE, 2) if chosen.quick else (400 * MEGABYTE, 9)
    costs: dict[str, list[Cost]] = {"raw": [], "typed": [], "raw again": []}
    with tempfile.TemporaryDirectory() as folder, serving() as url:
        path = Path(folder) / "leads.csv"
        write_file(path, size)
        for _ in range(rounds):
            for variant, found in costs.items():
                found.append(measure(variant.partition(" ")[0], url, path))
    with reporting("upload", chosen) as report:
        title = f"Upload of {size // MEGABYTE} MB, {rounds} each, in processes of their own"
        report.show(title, rows(size, costs))


if __name__ == "__main__":
    main()
