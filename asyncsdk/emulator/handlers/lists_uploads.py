"""Handlers of ``lists.*`` that take files, and tell the status of the jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import UNPUBLISHED, Answer, Reply, Stream, refusal, success
from asyncsdk.emulator.processing.csv_reader import CsvFile
from asyncsdk.emulator.processing.list_merge import Merge, Merger
from asyncsdk.emulator.state.lists import Heading, StoredList
from asyncsdk.files.upload import File
from asyncsdk.models import Column, MergeMode, Quote, Separator, UploadReport

__all__ = ["UploadHandlers"]


class UploadHandlers(Handler, api.Lists):
    """Creates and merges."""

    async def create(
        self,
        name: str,
        *,
        file: File,
        columns: Sequence[Column],
        folder: str | None = None,
        headings: bool = True,
        separator: Separator | None = None,
        quote: Quote | None = None,
    ) -> Reply:
        """Take a file for a new list, which is hidden until the job is done."""
        path = self.spooled(file)
        sheet = CsvFile(path, separator, quote, headings)
        kept = _kept(columns)
        places = [(index, place) for place, (index, _) in enumerate(kept)]
        email = next(index for index, column in kept if column.type == "EMAIL")
        self._within(columns, sheet)
        made: list[StoredList] = []
        faults = self.row_faults()

        async def work(job: int) -> Mapping[str, Any]:
            merge = Merge(made[0], sheet, places, email, email, rejects_file=self._rejects_name(), faults=faults)
            return await self._merge(merge, job)

        job = self.submit("list", work, path)
        made.append(
            self.platform.lists.add(
                name,
                [Heading(column.heading, column.type) for _, column in kept],
                folder=folder,
                job=int(job),
            )
        )
        return success("Upload completed", jobId=job)

    async def create_empty(
        self,
        name: str,
        *,
        columns: Sequence[Column],
        folder: str | None = None,
        quote: Quote | None = None,
    ) -> Reply:
        """Create a list without records."""
        headings = [Heading(column.heading, column.type) for _, column in _kept(columns)]
        listed = self.platform.lists.add(name, headings, folder=folder)
        return success("List created", listId=listed.id)

    async def merge(
        self,
        list_id: str,
        *,
        file: File,
        columns: Sequence[Column],
        mode: MergeMode = "UPSERT",
        key: str | None = None,
        put_empty_values: bool = False,
        segment: bool = False,
        headings: bool = True,
        separator: Separator | None = None,
        quote: Quote | None = None,
        replace_everything: bool = False,
    ) -> Reply:
        """Take a file to merge into a list."""
        listed = self.platform.lists.require(list_id)
        path = self.spooled(file)
        sheet = CsvFile(path, separator, quote, headings)
        places = self._places(listed, columns)
        email = next(index for index, column in _kept(columns) if column.type == "EMAIL")
        self._within(columns, sheet)
        merge = Merge(
            listed,
            sheet,
            places,
            email,
            email if key is None else _key(columns, key),
            mode,
            put_empty_values,
            self._rejects_name(),
            faults=self.row_faults(),
        )
        job = self.submit("list", lambda number: self._merge(merge, number), path)
        return success("Upload completed", jobId=job)

    async def upload_status(self, job_id: str) -> Reply:
        """Tell how an upload is doing."""
        return self.platform.jobs.status("list", job_id)

    def rejected_records(self, report: UploadReport | str) -> Reply:
        """Stream a file of rejected rows; its layout is a guess."""
        name = str(report)
        if not self.platform.rejected_rows.exists(name):
            raise refusal(UNPUBLISHED, "Invalid or missing file name")
        return Answer(Stream(self.platform.rejected_rows.stream(name)), content_type="text/csv")

    async def _merge(self, merge: Merge, job: int) -> Mapping[str, Any]:
        return await self.platform.repository(Merger).run(merge, job)

    def _rejects_name(self) -> str:
        return self.platform.rejects_name("upload")

    def _places(self, listed: StoredList, columns: Sequence[Column]) -> list[tuple[int, int]]:
        """Index in the list of each column of the file, by its exact heading. The refusal's text is a guess."""
        known = {column.heading: place for place, column in enumerate(listed.columns)}
        places: list[tuple[int, int]] = []
        for index, column in _kept(columns):
            place = known.get(column.heading)
            if place is None or (self.platform.settings.aligned_merges and place != index):
                raise refusal(UNPUBLISHED, "Upload specs do not match the columns of the list.")
            places.append((index, place))
        if len({place for _, place in places}) != len(places):
            raise refusal(UNPUBLISHED, "Upload specs name a column of the list twice.")
        return places

    def _within(self, columns: Sequence[Column], sheet: CsvFile) -> None:
        """Each index must be in the file; an empty file has nothing to compare. The text is a guess."""
        first = sheet.first_row()
        if first and len(columns) > len(first):
            raise refusal(UNPUBLISHED, "Upload specs contain an invalid column index value.")


def _kept(columns: Sequence[Column]) -> list[tuple[int, Column]]:
    return [(index, column) for index, column in enumerate(columns) if not column.ignore]


def _key(columns: Sequence[Column], key: str) -> int:
    """The column to match by: named by its heading or by its type, for sources show both."""
    wanted = key.casefold()
    for index, column in _kept(columns):
        if column.heading.casefold() == wanted:
            return index
    for index, column in _kept(columns):
        if column.type is not None and column.type.casefold() == wanted:
            return index
    raise refusal(10088, "At least one specified merge column is missing from the uploaded file")
