"""Handlers of ``custom_data.*`` that take rows, and tell the status of the jobs.

The words, keys and reports of these jobs are guesses: of them only the paths are published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from asyncsdk.emulator.handlers.custom_data_schemas import CustomSchemas
from asyncsdk.emulator.http.responses import Answer, Reply, Stream
from asyncsdk.emulator.processing.dataset_ingest import (
    FileRows,
    Ingest,
    JsonRows,
    RowSource,
    misfits,
    unfit,
)
from asyncsdk.emulator.state.custom_rows import CustomRowRepository
from asyncsdk.emulator.state.custom_schemas import Dataset, ObjectSchema, bad_request
from asyncsdk.emulator.state.job_progress import Progress
from asyncsdk.emulator.state.rejected_rows import csv_line, ingest_report_name
from asyncsdk.files.upload import File
from asyncsdk.http.messages import Json
from asyncsdk.models import DataFileType, FileIngestMode, IngestMode

__all__ = ["CustomIngests"]

JOB = "ingest"
WORDS = {"pending": "PENDING", "running": "RUNNING", "done": "COMPLETE", "failed": "FAILED"}


class CustomIngests(CustomSchemas):
    """Ingests of rows, and their jobs."""

    async def ingest_rows(
        self,
        object_id: str,
        dataset: str,
        *,
        rows: Sequence[Mapping[str, Json]],
        mode: IngestMode,
        abort_on_invalid_row: bool,
        description: str | None = None,
        create_new_dataset: bool | None = None,
        replace_everything: bool = False,
        account_id: str | None = None,
    ) -> Reply:
        """Take rows, and put them into a dataset as a job."""
        schema = self.named_schema(object_id)
        source = JsonRows(rows)
        self._check(schema, source, mode, abort_on_invalid_row)
        target = self._target(schema, dataset, description, create_new_dataset)
        return self._begun(Ingest(self.platform, schema, target, mode, source, self.row_faults()))

    async def ingest_file(
        self,
        object_id: str,
        dataset: str,
        *,
        file: File,
        mode: FileIngestMode = "UPSERT",
        file_type: DataFileType = "csv",
        abort_on_invalid_row: bool = False,
        description: str | None = None,
        create_new_dataset: bool | None = None,
        replace_everything: bool = False,
        delete_everything: bool = False,
        account_id: str | None = None,
    ) -> Reply:
        """Take a file, and put its rows into a dataset as a job."""
        schema = self.named_schema(object_id)
        path = self.spooled(file)
        source = JsonRows.read(path) if file_type == "json" else FileRows(path)
        self._check(schema, source, mode, abort_on_invalid_row)
        target = self._target(schema, dataset, description, create_new_dataset)
        ingest = Ingest(self.platform, schema, target, mode, source, self.row_faults())
        return {"jobId": self.submit(JOB, ingest.carry_out, path)}

    async def validate_file(
        self,
        object_id: str,
        *,
        file: File,
        file_type: DataFileType = "csv",
        account_id: str | None = None,
    ) -> Reply:
        """Look at a file, and do nothing with it."""
        schema = self.named_schema(object_id)
        path = self.spooled(file)
        source = JsonRows.read(path) if file_type == "json" else FileRows(path)
        self._check(schema, source, "UPSERT", abort=True)
        return {"valid": True, "rows": sum(1 for _ in source.rows())}

    async def delete_rows(
        self,
        object_id: str,
        dataset: str,
        *,
        ids: Sequence[str] | None = None,
        first_id: str | None = None,
        last_id: str | None = None,
        account_id: str | None = None,
    ) -> Reply:
        """Delete rows at once; unknown ids are skipped."""
        known = self.named_dataset(object_id, dataset)
        given = ids if isinstance(ids, str) else ""
        ranges = [(each.strip(), each.strip()) for each in given.split(",")] if given else []
        if first_id is not None and last_id is not None:
            ranges.append((first_id, last_id))
        if not ranges or not all(_is_id(end) for pair in ranges for end in pair):
            raise bad_request("Invalid ids")
        rows = self.platform.repository(CustomRowRepository)
        return {"deleted": sum(rows.remove_between(known, int(first), int(last)) for first, last in ranges)}

    async def job_status(self, job_id: str, *, account_id: str | None = None) -> Reply:
        """Tell how an ingest is doing, and where its report is if not all went well."""
        progress = self._progress(job_id)
        told: dict[str, Any] = {"jobId": job_id, "status": WORDS.get(progress.state, progress.words)}
        if progress.details is not None:
            told |= progress.details
        if progress.state == "failed":
            told["errorMessage"] = progress.words
        if progress.state == "failed" or told.get("rejected"):
            account = self.platform.settings.account_id
            told["report"] = f"/custom-objects/v1/{account}/data/report/{job_id}"
        return told

    def job_report(self, job_id: str, *, account_id: str | None = None) -> Reply:
        """Give the report of a job that is complete."""
        progress = self._progress(job_id)
        if progress.state not in {"done", "failed"}:
            raise bad_request("The job is not complete")
        if progress.state == "failed":
            lines = csv_line(["row", "problem"]) + csv_line(["", progress.words])
            return Answer(lines.encode(), content_type="application/octet-stream")
        report = self.platform.rejected_rows.stream(ingest_report_name(job_id))
        return Answer(Stream(report), content_type="application/octet-stream")

    def _progress(self, job_id: str) -> Progress:
        progress = self.platform.jobs.progress(JOB, job_id)
        if progress is None:
            raise bad_request("Invalid job id")
        return progress

    def _check(self, schema: ObjectSchema, source: RowSource, mode: str, abort: bool) -> None:
        """Refuse rows that do not fit, where one is to stop all."""
        problems = misfits(schema, source, to_delete=mode == "DELETE") if abort else []
        if problems:
            raise unfit(source.kind, problems)

    def _target(self, schema: ObjectSchema, dataset: str, description: str | None, create: bool | None) -> Dataset:
        """The dataset that rows go to; a new one takes the name from the path."""
        known = self.objects.dataset(schema, dataset)
        if (known is None) != bool(create):
            raise bad_request("The dataset exists already" if create else "Invalid dataset")
        return known or self.objects.add_dataset(schema, dataset, description, is_default=False)

    def _begun(self, ingest: Ingest) -> Reply:
        return {"jobId": self.submit(JOB, ingest.carry_out)}


def _is_id(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19
