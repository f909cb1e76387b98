"""Peak memory by the number of rows: bulk upserts and downloads, beside programs that hold all rows at once.

Each measurement has a process of its own. What it held before it began is not counted.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from benchmarks import bulk_upsert, downloads
from benchmarks.bulk_rows import HEADINGS, cells
from benchmarks.list_server import serving_lists
from benchmarks.loopback import serving
from benchmarks.report import arguments, reporting
from benchmarks.table import Row

MEGABYTE: Final = 1_000_000

Hold: TypeAlias = Callable[[str, int], Awaitable[None]]
"""Sends or fetches so many rows, all in memory at once."""


async def upload_text(url: str, count: int) -> None:
    """A CSV file is made as one text, and sent as a form by aiohttp."""
    import aiohttp

    text = io.StringIO(newline="")
    csv.writer(text).writerow(HEADINGS)
    csv.writer(text).writerows(map(cells, range(count)))
    form = aiohttp.FormData()
    form.add_field("file", text.getvalue(), filename="leads.csv", content_type="text/csv")
    async with aiohttp.ClientSession() as http, http.post(f"{url}/api/1/list", data=form) as answer:
        answer.raise_for_status()
        await answer.read()


async def download_dicts(url: str, count: int) -> None:
    """All pages by aiohttp, each record as a dict, in one list."""
    import aiohttp

    rows: list[dict[str, str]] = []
    async with aiohttp.ClientSession() as http:
        while len(rows) < count:
            query = {"count": "1000", "offset": str(len(rows))}
            async with http.get(f"{url}/api/1/list/l-{count}", params=query) as answer:
                answer.raise_for_status()
                page = await answer.json()
            rows += [dict(zip(page["headers"], row, strict=True)) for row in page["data"]]


HELD: Final[Mapping[str, Hold]] = {"upload": upload_text, "download": download_dicts}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


async def held(what: str, url: str, count: int) -> float:
    """Bytes over what the process held before."""
    await HELD[what](url, 1000)
    before = _peak()
    await HELD[what](url, count)
    return _peak() - before


def measure(what: str, url: str, count: int) -> float:
    """Bytes, measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.memory", "--run", what, url, str(count)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)  # noqa: S603


def rows(count: int) -> list[Row]:
    """All four, with so many rows."""
    with tempfile.TemporaryDirectory() as folder:
        with bulk_upsert.serving() as server:
            upsert = bulk_upsert.measure("dicts", count, folder, server).peak
        with serving() as url:
            whole_file = measure("upload", url, count)
        with serving_lists() as url:
            records = downloads.measure("texts", url, f"l-{count}", Path(folder) / "list.csv").peak
            dicts = measure("download", url, count)
    return [
        Row(f"{count:,} rows: bulk.upsert", upsert / MEGABYTE, "MB", goal=40.0),
        Row(f"{count:,} rows: aiohttp, the file as one text", whole_file / MEGABYTE, "MB"),
        Row(f"{count:,} rows: lists.records", records / MEGABYTE, "MB", goal=10.0, limit=20.0),
        Row(f"{count:,} rows: aiohttp, all records as dicts", dicts / MEGABYTE, "MB"),
    ]


def main() -> None:
    """Run from the command line."""
    parser = arguments(__doc__, quick="under a minute, with few rows")
    parser.add_argument("--run", nargs=3, metavar=("WHAT", "URL", "ROWS"), help="one, printed as bytes")
    chosen = parser.parse_args()
    if chosen.run is not None:
        what, url, count = chosen.run
        print(json.dumps(asyncio.run(held(what, url, int(count)))))
        return
    counts = (1_000, 10_000) if chosen.quick else (10_000, 100_000, 1_000_000)
    with reporting("memory", chosen) as report:
        report.show("Peak memory over the start", [row for count in counts for row in rows(count)])


if __name__ == "__main__":
    main()
