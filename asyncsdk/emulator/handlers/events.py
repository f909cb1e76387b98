"""Handlers of ``events.*``: custom events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import UNPUBLISHED, Reply, refusal, success
from asyncsdk.emulator.processing.csv_reader import CsvFile
from asyncsdk.emulator.processing.dates import milliseconds_of
from asyncsdk.emulator.processing.event_upload import EventFile
from asyncsdk.files.upload import File
from asyncsdk.models import EventAction, EventDateFormat, EventSeparator, Quote

__all__ = ["Events"]


class Events(Handler, api.Events):
    """Carries out ``events.*``."""

    async def upload(
        self,
        *,
        file: File,
        destination: str,
        action: EventAction,
        email_column: int,
        date_column: int,
        title_column: int,
        date_format: EventDateFormat,
        note_column: int | None = None,
        title_count: int | None = None,
        headings: bool = True,
        separator: EventSeparator | None = None,
        quote: Quote | None = None,
        filename: str | None = None,
    ) -> Reply:
        """Take a file of events; a set that is not there is made."""
        path = self.spooled(file)
        events = EventFile(
            CsvFile(path, separator, quote, headings),
            destination,
            action,
            date_format,
            email_column,
            date_column,
            title_column,
            note_column,
            self.row_faults(),
        )

        async def work(_: int) -> Mapping[str, Any]:
            return await events.load(self.platform.events, self.platform.store)

        return {"jobId": self.submit("events", work, path), "status": "success"}

    async def record(
        self,
        *,
        destination: str,
        action: EventAction,
        email: str,
        when: str,
        title: str,
        date_format: EventDateFormat,
        note: str | None = None,
        create_destination: bool | None = None,
    ) -> Reply:
        """Note one event; the answer and its errors are guesses."""
        known = self.platform.events.set_of(destination)
        if known is None:
            if not create_destination:
                raise refusal(UNPUBLISHED, "Invalid destination")
            known = self.platform.events.make_set(destination)
        happened = milliseconds_of(when, date_format)
        if happened is None:
            raise refusal(UNPUBLISHED, "Invalid date")
        self.platform.events.add(known, email, action, happened, title, note or "")
        return success("Event added")

    async def status(self, job_id: str) -> Reply:
        """Tell how an upload is doing."""
        return self.platform.jobs.status("events", job_id)
