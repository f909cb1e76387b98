"""Dataset ingest: checks rows from JSON or a file against the schema, and writes them to a dataset as a job.

What a report looks like is a guess: CSV, one line for each row that did not fit.
"""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from attrs import frozen

from asyncsdk.emulator.http.json_reader import array_in, read_json
from asyncsdk.emulator.http.responses import Refusal, spring
from asyncsdk.emulator.processing.csv_reader import CsvFile
from asyncsdk.emulator.row_faults import RejectRows, row_rejection
from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.custom_rows import CustomRowRepository, problem_with
from asyncsdk.emulator.state.custom_schemas import CustomSchemaRepository, Dataset, ObjectSchema
from asyncsdk.emulator.state.rejected_rows import ingest_report_name

__all__ = ["FileRows", "Ingest", "JsonRows", "RowSource", "misfits", "unfit"]

BATCH = 500
TOLD = 20
"""The most rows that a refusal names."""


@frozen
class JsonRows:
    """Rows that came as a JSON array."""

    members: Sequence[object]
    kind: str = "JSON"

    @classmethod
    def read(cls, path: Path) -> JsonRows:
        """The rows of a JSON file.

        Raises:
            Refusal: it is not a JSON file.
        """
        try:
            members = array_in(read_json(path.read_bytes()))
        except ValueError:
            members = None
        if members is None:
            raise unfit("JSON", ["The file holds no JSON array"])
        return cls(members)

    def rows(self) -> Iterator[Any]:
        """Every row."""
        return iter(self.members)


@frozen
class FileRows:
    """Rows that came as a CSV file, whose first line names the fields."""

    path: Path
    kind: str = "CSV"

    def rows(self) -> Iterator[Any]:
        """Every row, values by field name; a row of another length is no object.

        Raises:
            Refusal: the file cannot be read.
        """
        sheet = CsvFile(self.path, "COMMA", "DOUBLE_QUOTE")
        names = sheet.first_row()
        try:
            for row in sheet.rows():
                yield dict(zip(names, row, strict=True)) if len(row) == len(names) else row
        except csv.Error as error:
            raise unfit(self.kind, [str(error)]) from error


RowSource: TypeAlias = JsonRows | FileRows
"""A source of rows."""


def unfit(kind: str, problems: Sequence[str]) -> Refusal:
    """The refusal of rows."""
    return spring(409, "CONFLICT", f"{kind} Validation failed", *problems)


def misfits(schema: ObjectSchema, source: RowSource, *, to_delete: bool = False) -> list[str]:
    """Problems of the first rows that do not fit."""
    told: list[str] = []
    for number, row in enumerate(source.rows(), 1):
        problem = problem_with(schema, row, to_delete=to_delete)
        if problem is not None:
            told.append(f"Row {number}: {problem}")
            if len(told) == TOLD:
                break
    return told


@frozen
class Ingest:
    """One ingest: what a job does."""

    platform: AccountState
    schema: ObjectSchema
    dataset: Dataset
    mode: str
    source: RowSource
    faults: Sequence[RejectRows] = ()

    async def carry_out(self, job: int) -> Mapping[str, Any]:
        """Ingest the rows; gives the details of the finished job."""
        self._report(job, ["row", "problem"])
        counts = {"inserted": 0, "updated": 0, "deleted": 0, "rejected": 0}
        rows = self.platform.repository(CustomRowRepository)
        if self.mode in {"REPLACE", "DELETE_DATASET"}:
            counts["deleted"] = rows.clear(self.dataset)
        if self.mode == "DELETE_DATASET":
            self.platform.repository(CustomSchemaRepository).remove_dataset(self.dataset)
            return counts
        numbered = enumerate(self.source.rows(), 1)
        while batch := list(islice(numbered, BATCH)):
            with self.platform.store.batch():
                for number, row in batch:
                    counts[self._one(job, number, row)] += 1
            await asyncio.sleep(0)
        return counts

    def _one(self, job: int, number: int, row: Any) -> str:
        """Deal with one row; gives what it counts as."""
        deleting = self.mode == "DELETE"
        problem = problem_with(self.schema, row, to_delete=deleting)
        if problem is None and self.faults:
            problem = row_rejection(self.faults, row.get(self.schema.definition.get("primaryEmailField")), row)
        rows = self.platform.repository(CustomRowRepository)
        if problem is None and not deleting:
            return "inserted" if rows.put(self.schema, self.dataset, row) else "updated"
        if problem is None and not rows.remove(self.schema, self.dataset, row):
            problem = "There is no such row"
        if problem is None:
            return "deleted"
        self._report(job, [str(number), problem])
        return "rejected"

    def _report(self, job: int, line: Sequence[str]) -> None:
        self.platform.rejected_rows.write(ingest_report_name(job), [line])
