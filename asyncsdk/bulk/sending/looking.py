"""What became of a file whose job is not known: the list itself is asked.

Records that were changed since the file was sent and hold what it says were saved by it. The file may still be
waiting its turn, so the list is asked again for a while, and until nothing more is found for as long as the job
should take. What is not found then is unknown: it is not sent again, and nothing is guessed.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, closing
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from asyncsdk.api import Lists
from asyncsdk.bulk.estimate import job_seconds
from asyncsdk.bulk.input.address import key_of
from asyncsdk.bulk.keeping.database import nameless_database
from asyncsdk.bulk.keeping.journal import Counts
from asyncsdk.bulk.link import Link, read_again
from asyncsdk.bulk.staging.spool import SpooledFile
from asyncsdk.bulk.staging.staged import BATCH
from asyncsdk.message import CallCount
from asyncsdk.route import Route

__all__ = ["look_for"]

SKEW: Final = timedelta(minutes=5)
"""How far the server's clock may be behind this one.

A record that was added so shortly before the file was sent counts as added by it.
"""

FIRST_PAUSE: Final = 1.0
PATIENCE: Final = 120.0
"""Seconds after which nothing more is expected, or, where that is longer, ..."""

LONG: Final = 3.0
"""... so many times the seconds that the job should take."""


async def look_for(link: Link, file: SpooledFile, sent_at: float, count: CallCount) -> Counts:
    """Tell which rows of a file the list holds."""
    since = datetime.fromtimestamp(sent_at, UTC) - SKEW
    with closing(nameless_database()) as wanted:

        def ask(filters: Mapping[str, Any], marked: int = 0) -> Awaitable[int]:
            return read_again(lambda: _mark(link, file, wanted, filters, marked, count))

        wanted.execute("CREATE TABLE rows (key TEXT PRIMARY KEY, cells TEXT, seen INTEGER DEFAULT 0) WITHOUT ROWID")
        await _want(file, wanted)
        found = await _found(ask, since, file.rows, job_seconds(file.rows))
        created = 0
        if found:
            wanted.execute("UPDATE rows SET seen = -1 WHERE seen = 1")
            created = await ask({"created_after": since}, -1)
    return Counts(created, found - created, unknown=file.rows - found)


async def _found(ask: Callable[[Mapping[str, Any]], Awaitable[int]], since: datetime, rows: int, job: float) -> int:
    """How many rows are found in the end, of a job that should take so many seconds."""
    found, pause, waited, steady = 0, FIRST_PAUSE, 0.0, 0.0
    while found < rows and waited < max(PATIENCE, LONG * job) and not (found and steady > job):
        await asyncio.sleep(pause)
        before, found = found, await ask({"modified_after": since})
        waited += pause
        steady = steady + pause if found == before else 0.0
        pause *= 2
    return found


async def _want(file: SpooledFile, wanted: sqlite3.Connection) -> None:
    """Note the rows by their address."""
    email = file.shape.email
    for place, (_, cells) in enumerate(file.read()):
        wanted.execute("INSERT INTO rows (key, cells) VALUES (?, ?)", (key_of(cells[email]), json.dumps(cells)))
        if place % BATCH == 0:
            await asyncio.sleep(0)


async def _mark(
    link: Link,
    file: SpooledFile,
    wanted: sqlite3.Connection,
    filters: Mapping[str, Any],
    marked: int,
    count: CallCount,
) -> int:
    """Mark the rows with such a mark that the list holds; gives how many it holds."""
    arguments = _DOWNLOAD.bind((), {"list_id": file.shape.list_id, **filters})
    heading = file.shape.headings[file.shape.email]
    async with aclosing(link.walk(_DOWNLOAD, arguments, count=count)) as records:
        async for record in records:
            key = key_of(record.get(heading, ""))
            row = wanted.execute("SELECT cells, seen FROM rows WHERE key = ?", (key,)).fetchone()
            if row is not None and row[1] == marked and _holds(record, file, json.loads(row[0])):
                wanted.execute("UPDATE rows SET seen = 1 WHERE key = ?", (key,))
    return int(wanted.execute("SELECT count(*) FROM rows WHERE seen = 1").fetchone()[0])


def _holds(record: Mapping[str, str], file: SpooledFile, cells: Sequence[str]) -> bool:
    """Whether a record says what a row says, in the columns that the row writes."""
    for place, (heading, cell) in enumerate(zip(file.shape.headings, cells, strict=True)):
        written = bool(cell) if file.touched is None else place in file.touched
        if written and record.get(heading, "") != cell and place != file.shape.email:
            return False
    return True


_DOWNLOAD: Final[Route] = vars(Lists.download_rows)["route"]
