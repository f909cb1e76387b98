"""Reconciliation: looks in the list for the rows of a file whose job is not known.

Records that were changed since the file was sent and hold what it says were saved by it. The file may still be
waiting its turn, so the list is asked again for as long as the job should take, counted from when the file was
sent, or until nothing more is found for a while. What is not found then is to be sent again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, closing
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from attrs import frozen

from asyncsdk import clock
from asyncsdk.api import Lists
from asyncsdk.errors import ServerError, TransportError
from asyncsdk.files.sqlite import anonymous_database
from asyncsdk.http.call_count import CallCount
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.routing.route import route_of
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.addresses import normalized_address
from asyncsdk.uploads.caller import UploadCaller, retry_read
from asyncsdk.uploads.cooperation import let_others_run
from asyncsdk.uploads.csv_spool import UploadFile
from asyncsdk.uploads.job_estimate import job_seconds
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["Found", "max_processing_seconds", "reconcile"]

SKEW: Final = timedelta(minutes=5)
"""How far the server's clock may be behind this one.

A record that was added so shortly before the file was sent counts as added by it.
"""

FIRST_PAUSE: Final = 1.0
PATIENCE: Final = 60.0
"""Seconds since a file was sent after which it is processed or taken for lost, or, where that is longer, ..."""

LONG: Final = 3.0
"""... so many times the seconds that the job should take."""


@frozen
class Found:
    """Result: the rows of a file that the list holds."""

    created: int
    updated: int
    missing: RowNumbers
    """The rows that it does not show."""


def max_processing_seconds(rows: int) -> float:
    """Seconds after it was sent in which a file of so many rows may still be processed."""
    return max(PATIENCE, LONG * job_seconds(rows))


async def reconcile(
    caller: UploadCaller,
    file: UploadFile,
    sent_at: float,
    counter: CallCount,
    tell: Callable[[float], object],
    rejected: RowNumbers,
) -> Found:
    """Find out which rows of a file the list holds.

    Args:
        caller: makes the calls.
        file: the rows.
        sent_at: when the file was sent.
        counter: counts the calls.
        tell: called repeatedly with the most seconds that this will still wait.
        rejected: rows that need not be looked for.

    Raises:
        ActOnError: the list cannot be read.
    """
    since = datetime.fromtimestamp(sent_at, UTC) - SKEW
    with closing(_RowSearch(caller, file, counter)) as wanted:
        rows = await wanted.note(rejected)
        age = max(0.0, clock.wall() - sent_at)
        search = _Search(rows, file.rows, age, tell, caller.pauses)
        found = await search.run(lambda: wanted.find({"modified_after": since}))
        created = await wanted.find_again({"created_after": since}) if found else 0
        return Found(created, found - created, wanted.missing())


class _Search:
    """Search that asks again and again, with growing pauses.

    Args:
        wanted: the rows that are looked for.
        rows: the rows of the file.
        age: seconds since it was sent.
        tell: called repeatedly with the most seconds that this will still wait.
        pauses: how long a pause lasts; one that is shortened counts as if it had lasted.
    """

    def __init__(
        self, wanted: int, rows: int, age: float, tell: Callable[[float], object], pauses: PausePolicy
    ) -> None:
        self._wanted = wanted
        self._job = job_seconds(rows)
        self._until = asyncio.get_running_loop().time() + max_processing_seconds(rows) - age
        self._tell = tell
        self._pauses = pauses

    def _left(self) -> float:
        """Seconds in which the file may still be processed."""
        return max(0.0, self._until - asyncio.get_running_loop().time())

    async def _pause(self, wanted: float) -> None:
        seconds = self._pauses.seconds(wanted)
        self._until -= wanted - seconds
        await asyncio.sleep(seconds)

    async def run(self, ask: Callable[[], Awaitable[int]]) -> int:
        """Ask until all rows are found, or no more are to be expected; gives how many."""
        found, pause, steady = 0, FIRST_PAUSE, 0.0
        while True:
            left = self._left()
            self._tell(left)
            step = min(pause, left)
            await self._pause(step)
            before = found
            try:
                found = await ask()
            except (TransportError, ServerError):
                if not self._left():
                    raise
            steady = steady + step if found == before else 0.0
            pause *= 2
            if found >= self._wanted or not self._left() or (found and steady > self._job):
                return found


class _RowSearch:
    """The rows of a file, which are looked for in the list; on disk when they are many.

    Args:
        caller: makes the calls.
        file: the rows.
        counter: counts the calls.
    """

    def __init__(self, caller: UploadCaller, file: UploadFile, counter: CallCount) -> None:
        self._caller = caller
        self._file = file
        self._options = CallOptions(counter=counter)
        self._database = anonymous_database()
        self._database.execute(
            "CREATE TABLE rows (key TEXT PRIMARY KEY, number INTEGER, cells TEXT, seen INTEGER DEFAULT 0)"
            " WITHOUT ROWID"
        )

    async def note(self, rejected: RowNumbers) -> int:
        """Note all rows but these by their address; gives how many they are."""
        email, rows = self._file.columns.email, 0
        for place, (number, cells) in enumerate(self._file.read()):
            if number not in rejected:
                self._database.execute(
                    "INSERT INTO rows (key, number, cells) VALUES (?, ?, ?)",
                    (normalized_address(cells[email]), number, json.dumps(cells)),
                )
                rows += 1
            await let_others_run(place)
        return rows

    async def find(self, filters: Mapping[str, Any]) -> int:
        """Find rows that were not found yet among these records; gives how many are found by now."""
        return await retry_read(lambda: self._mark(filters, 0), self._caller.pauses)

    async def find_again(self, filters: Mapping[str, Any]) -> int:
        """Find the rows that were found among these records, too; gives how many."""
        self._database.execute("UPDATE rows SET seen = -1 WHERE seen = 1")
        return await retry_read(lambda: self._mark(filters, -1), self._caller.pauses)

    async def _mark(self, filters: Mapping[str, Any], marked: int) -> int:
        """Mark the rows with such a mark that the list holds; gives how many it holds."""
        columns = self._file.columns
        arguments = _DOWNLOAD.bind((), {"list_id": columns.list_id, **filters})
        heading = columns.headings[columns.email]
        async with aclosing(self._caller.walk(_DOWNLOAD, arguments, self._options)) as records:
            async for record in records:
                key = normalized_address(record.get(heading, ""))
                row = self._database.execute("SELECT cells, seen FROM rows WHERE key = ?", (key,)).fetchone()
                if row is not None and row[1] == marked and self._matches(record, json.loads(row[0])):
                    self._database.execute("UPDATE rows SET seen = 1 WHERE key = ?", (key,))
        return int(self._database.execute("SELECT count(*) FROM rows WHERE seen = 1").fetchone()[0])

    def _matches(self, record: Mapping[str, str], cells: Sequence[str]) -> bool:
        """Whether a record has the values of a row, in the columns that the row writes."""
        columns, touched = self._file.columns, self._file.touched
        for place, (heading, cell) in enumerate(zip(columns.headings, cells, strict=True)):
            written = bool(cell) if touched is None else place in touched
            if written and record.get(heading, "") != cell and place != columns.email:
                return False
        return True

    def missing(self) -> RowNumbers:
        """The rows that were not found."""
        missing = RowNumbers()
        for (number,) in self._database.execute("SELECT number FROM rows WHERE seen = 0 ORDER BY number"):
            missing.add(number)
        return missing

    def close(self) -> None:
        """Release the database."""
        self._database.close()


_DOWNLOAD: Final = route_of(Lists.download_rows)
