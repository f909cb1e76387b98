"""List merge: writes the rows of a file to a list, in five merge modes, a batch at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar, Final

from attrs import field, frozen

from asyncsdk.emulator.processing.csv_reader import CsvFile
from asyncsdk.emulator.row_faults import RejectRows, row_rejection
from asyncsdk.emulator.state.account_state import AccountState, Repository
from asyncsdk.emulator.state.addresses import normalized, usable
from asyncsdk.emulator.state.list_records import Record
from asyncsdk.emulator.state.lists import StoredList

__all__ = ["Merge", "Merger"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS merge_keys (job INTEGER, key TEXT, row INTEGER);
CREATE INDEX IF NOT EXISTS merge_keys_by_key ON merge_keys (job, key, row);
"""

BATCH = 500


@frozen
class Merge:
    """One file to merge.

    Args:
        listed: the list that it goes to.
        sheet: the file.
        places: pairs of a column's index in the file and in the list.
        email: the index in the file of the address.
        key: the index in the file of the column to match rows by.
        mode: what to do with rows that are new, and with rows that are there.
        put_empty: whether an empty cell erases what the list holds.
        rejects_file: the name of the file of rejected rows.
        faults: what rejects further rows.
    """

    listed: StoredList
    sheet: CsvFile
    places: Sequence[tuple[int, int]]
    email: int
    key: int
    mode: str = "APPEND"
    put_empty: bool = False
    rejects_file: str = ""
    faults: Sequence[RejectRows] = ()
    counts: Counter[str] = field(factory=Counter[str])

    @property
    def key_place(self) -> int:
        """The index in the list of the column to match rows by."""
        return dict(self.places)[self.key]

    def cells(self, row: Sequence[str], old: Sequence[str] | None) -> list[str]:
        """A record's cells after this row."""
        cells = [""] * len(self.listed.columns) if old is None else list(old)
        for source, place in self.places:
            value = row[source] if source < len(row) else ""
            if value or old is None or self.put_empty:
                cells[place] = value
        return cells

    def rejection(self, row: Sequence[str]) -> str | None:
        """Why a row is rejected, which may be an empty text; None if it is not."""
        if self.email >= len(row) or not usable(row[self.email]):
            return ""
        if not self.faults:
            return None
        columns = self.listed.columns
        cells = {columns[place].heading: row[source] for source, place in self.places if source < len(row)}
        return row_rejection(self.faults, row[self.email], cells)


class Merger(Repository):
    """Carries merges out, with an index of keys for each that needs one."""

    SCHEMA: ClassVar[str] = _SCHEMA

    def __init__(self, platform: AccountState) -> None:
        super().__init__(platform)
        self._locks: dict[int, asyncio.Lock] = {}

    async def run(self, merge: Merge, job: int) -> Mapping[str, Any]:
        """Merge a file, one at a time into a list; gives the details of the finished job."""
        async with self._locks.setdefault(merge.listed.number, asyncio.Lock()):
            if merge.mode == "REPLACE":
                self.platform.records.delete_all(merge.listed)
            by_other = merge.key_place != merge.listed.email_place
            matching = merge.mode in {"APPEND_NO_DUPLICATES", "UPSERT", "UPDATE_ONLY"}
            if matching and by_other:
                await self._index(merge, job)
            try:
                rows = merge.sheet.rows()
                while batch := list(islice(rows, BATCH)):
                    with self.store.batch():
                        if matching:
                            self._match(merge, job if by_other else None, self._accepted(merge, batch))
                        else:
                            self._append(merge, self._accepted(merge, batch))
                    await asyncio.sleep(0)
            finally:
                self.store.run("DELETE FROM merge_keys WHERE job = ?", job)
        return self._details(merge)

    def _details(self, merge: Merge) -> Mapping[str, Any]:
        details: dict[str, Any] = {
            "status": "ok",
            "listId": merge.listed.id,
            "appendCount": merge.counts["append"],
            "updateCount": merge.counts["update"],
            "failedCount": 0,
            "rejectedCount": merge.counts["reject"],
        }
        if merge.counts["reject"]:
            # The key is a guess, taken from the answer to an upload of opt-outs.
            details["rejectedRecordsUrl"] = merge.rejects_file
        return details

    def _accepted(self, merge: Merge, rows: Sequence[list[str]]) -> list[list[str]]:
        """The rows that are not rejected; the others go to the file of rejects."""
        accepted: list[list[str]] = []
        rejected: list[tuple[list[str], str]] = []
        for row in rows:
            reason = merge.rejection(row)
            if reason is None:
                accepted.append(row)
            else:
                rejected.append((row, reason))
        if rejected:
            self._write_rejects(merge, rejected)
            merge.counts["reject"] += len(rejected)
        return accepted

    def _write_rejects(self, merge: Merge, rejected: Sequence[tuple[list[str], str]]) -> None:
        lines = [row for row, _ in rejected]
        heading = merge.sheet.heading_row(len(lines[0]))
        if any(fault.reason for fault in merge.faults):
            lines = [[*row, *[""] * (len(heading) - len(row)), reason] for row, reason in rejected]
            heading = [*heading, "Reason"]
        self.platform.rejected_rows.write(
            merge.rejects_file, lines if merge.counts["reject"] else [heading, *lines]
        )

    def _append(self, merge: Merge, rows: Sequence[list[str]]) -> None:
        self.platform.records.append(merge.listed, [merge.cells(row, None) for row in rows])
        merge.counts["append"] += len(rows)

    def _match(self, merge: Merge, job: int | None, rows: Sequence[list[str]]) -> None:
        for row in rows:
            key = normalized(row[merge.key] if merge.key < len(row) else "")
            old = self._find(merge, job, key)
            if old is None:
                if merge.mode != "UPDATE_ONLY":
                    cells = merge.cells(row, None)
                    number = self.platform.records.append(merge.listed, [cells])[0]
                    self._remember(job, key, number)
                    merge.counts["append"] += 1
            elif merge.mode != "APPEND_NO_DUPLICATES":
                self.platform.records.change(merge.listed, old.row, merge.cells(row, old.cells))
                merge.counts["update"] += 1

    def _find(self, merge: Merge, job: int | None, key: str) -> Record | None:
        if not key:
            return None
        if job is None:
            return self.platform.records.first(merge.listed, key)
        found = self.store.one(
            "SELECT row FROM merge_keys WHERE job = ? AND key = ? ORDER BY row LIMIT 1", job, key
        )
        return None if found is None else self.platform.records.at(merge.listed, int(found[0]))

    def _remember(self, job: int | None, key: str, row: int) -> None:
        if job is not None:
            self.store.run("INSERT INTO merge_keys (job, key, row) VALUES (?, ?, ?)", job, key, row)

    async def _index(self, merge: Merge, job: int) -> None:
        """Note where each key stands; addresses have an index of their own."""
        place = merge.key_place
        for chunk in self.platform.records.chunks(self.platform.lists.by_number(merge.listed.number)):
            with self.store.batch():
                self.store.run_many(
                    "INSERT INTO merge_keys (job, key, row) VALUES (?, ?, ?)",
                    [(job, normalized(record.cells[place]), record.row) for record in chunk],
                )
            await asyncio.sleep(0)
