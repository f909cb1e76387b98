"""What a list of a million records costs: ``lists.records``, ``arrow`` and ``export`` against raw aiohttp.

Raw is a loop of aiohttp calls, with orjson to lists or with the pieces written to a file. Each variant runs in a
process of its own, so that its peak memory is honest. Rates count the CPU of the client, which does not wait here.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from attrs import asdict, field, frozen, make_class

from asyncsdk.models.wire import wire
from benchmarks.lag import watched_loop
from benchmarks.list_server import HEADINGS, serving_lists
from benchmarks.pinning import pin
from benchmarks.report import arguments, reporting
from benchmarks.table import Row

MEGABYTE: Final = 1_000_000
WARM_UP: Final = "l-3000"
"""A list that is read before anything is measured, so that everything is imported."""

Run: TypeAlias = Callable[[str, str, Path], Awaitable[int]]
"""Downloads a list from a server, perhaps to a file; gives how many rows came."""


@frozen
class Cost:
    """What one download took."""

    rows: int
    cpu: float
    peak: float
    """Bytes over what the process held before it began."""
    lag: float
    """The longest, in milliseconds."""


def _fields(**kinds: type) -> dict[str, Any]:
    return {
        heading.replace(" ", "_").lower(): field(type=kinds.get(heading, str), metadata=wire(heading))
        for heading in HEADINGS
    }


Texts: Any = make_class("Texts", _fields(), slots=True)
"""A record of twenty texts."""

Frozen: Any = make_class("Frozen", _fields(), frozen=True, slots=True)
"""The same; attrs takes twice as long to make one that cannot be changed."""

Typed: Any = make_class("Typed", _fields(Age=int, Score=int, Joined=datetime), slots=True)
"""The same with two numbers and a time."""


async def raw_json(url: str, list_id: str, _: Path) -> int:
    """By aiohttp and orjson, to lists."""
    import aiohttp
    import orjson

    rows = 0
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer token"}) as http:
        while True:
            query = {"count": "1000", "offset": str(rows)}
            async with http.get(f"{url}/api/1/list/{list_id}", params=query) as answer:
                answer.raise_for_status()
                page = orjson.loads(await answer.read())
            for _row in page["data"]:
                rows += 1
            if rows >= page["totalCount"]:
                return rows


async def raw_csv(url: str, list_id: str, path: Path) -> int:
    """By aiohttp, piece by piece to a file."""
    import aiohttp

    ends = 0
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer token"}) as http:
        with path.open("wb") as file:
            query = {"responseformat": "CSV"}
            async with http.get(f"{url}/api/1/list/{list_id}", params=query) as answer:
                answer.raise_for_status()
                async for piece in answer.content.iter_chunked(1 << 18):
                    file.write(piece)
                    ends += piece.count(b"\n")
    return ends - 1


def by_library(download: Callable[[Any, str, Path], Awaitable[int]]) -> Run:
    """By the library, with limits that never wait."""

    async def run(url: str, list_id: str, path: Path) -> int:
        from asyncsdk import Limits, Session

        limits = Limits(calls_per_second=10**6, calls_per_day=10**9)
        async with Session(token="token", base_url=url, limits=limits) as acton:
            return await download(acton, list_id, path)

    return run


async def _count(found: AsyncIterator[Any]) -> int:
    rows = 0
    async for _row in found:
        rows += 1
    return rows


async def _export(acton: Any, list_id: str, path: Path) -> int:
    rows: int = (await acton.lists.export(list_id, path)).rows
    return rows


async def _arrow(acton: Any, list_id: str, _: Path) -> int:
    rows = 0
    async for batch in acton.lists.arrow(list_id):
        rows += len(batch)
    return rows


VARIANTS: Final[dict[str, Run]] = {
    "raw": raw_json,
    "texts": by_library(lambda acton, list_id, _: _count(acton.lists.records(list_id, into=Texts))),
    "frozen": by_library(lambda acton, list_id, _: _count(acton.lists.records(list_id, into=Frozen))),
    "typed": by_library(lambda acton, list_id, _: _count(acton.lists.records(list_id, into=Typed))),
    "contacts": by_library(lambda acton, list_id, _: _count(acton.lists.records(list_id))),
    "arrow": by_library(_arrow),
    "raw csv": raw_csv,
    "export": by_library(_export),
}


async def measured(variant: str, url: str, list_id: str, path: Path) -> Cost:
    """What one variant takes in this process."""
    run = VARIANTS[variant]
    await run(url, WARM_UP, path)
    before = resource.getrusage(resource.RUSAGE_SELF)
    async with watched_loop() as lag:
        rows = await run(url, list_id, path)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return Cost(
        rows=rows,
        cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        peak=(after.ru_maxrss - before.ru_maxrss) * (1 if sys.platform == "darwin" else 1024),
        lag=lag.longest,
    )


def measure(variant: str, url: str, list_id: str, path: Path) -> Cost:
    """Measure one variant in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.downloads", "--run", variant, url, list_id, str(path)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    return Cost(**json.loads(told.stdout))


def rows(costs: dict[str, list[Cost]]) -> list[Row]:
    """Ours against raw aiohttp."""

    def speed(variant: str) -> float:
        """Thousands of rows for a second of CPU."""
        return statistics.median(cost.rows / cost.cpu for cost in costs[variant]) / 1000

    def worst(variant: str, what: str) -> float:
        return float(max(getattr(cost, what) for cost in costs[variant]))

    raw, raw_csv = speed("raw"), speed("raw csv")
    found = [
        Row("raw aiohttp + orjson to lists", raw, "krows/s"),
        Row("raw again / raw (control)", speed("raw again") / raw, better="more"),
    ]
    for variant, what, goal in (
        ("texts", "records into attrs, 20 texts", 0.7),
        ("typed", "records into attrs, 17 texts, 2 numbers, a time", 0.6),
        ("frozen", "records into frozen attrs, 20 texts", None),
        ("contacts", "records as Contact", None),
        ("arrow", "arrow, batch by batch", None),
    ):
        limit = None if goal is None else 0.4
        found.append(Row(f"{what} / raw", speed(variant) / raw, goal=goal, limit=limit, better="more"))
        found.append(
            Row(f"{what}: peak over the start", worst(variant, "peak") / MEGABYTE, "MB", goal=10.0, limit=20.0)
        )
        found.append(Row(f"{what}: longest loop lag", worst(variant, "lag"), "ms"))
    found += [
        Row("raw aiohttp, CSV to a file", raw_csv, "krows/s"),
        Row("export / raw CSV", speed("export") / raw_csv, better="more"),
        Row("export / raw aiohttp + orjson to lists", speed("export") / raw, goal=0.5, better="more"),
        Row("export: peak over the start", worst("export", "peak") / MEGABYTE, "MB", goal=10.0, limit=20.0),
        Row("export: longest loop lag", worst("export", "lag"), "ms"),
    ]
    return found


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="a few seconds, with a short list")
    parser.add_argument("--run", nargs=4, metavar=("VARIANT", "URL", "LIST", "FILE"), help="one, printed as JSON")
    chosen = parser.parse_args()
    if chosen.run is not None:
        pin(0)
        variant, url, list_id, path = chosen.run
        print(json.dumps(asdict(asyncio.run(measured(variant, url, list_id, Path(path))))))
        return
    length, rounds = (20_000, 1) if chosen.quick else (1_000_000, 3)
    costs: dict[str, list[Cost]] = {variant: [] for variant in (*VARIANTS, "raw again")}
    with tempfile.TemporaryDirectory() as folder, serving_lists() as url:
        for _ in range(rounds):
            for variant, found in costs.items():
                found.append(measure(variant.removesuffix(" again"), url, f"l-{length}", Path(folder) / "list.csv"))
    for variant, found in costs.items():
        assert all(cost.rows == length for cost in found), f"{variant} lost rows"
    with reporting("downloads", chosen) as report:
        report.show(f"A list of {length:,} records, {rounds} each, in processes of their own", rows(costs))


if __name__ == "__main__":
    main()
