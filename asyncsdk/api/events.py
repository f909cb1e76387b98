"""Routes of ``events``: custom events. Source: Act-On developer documentation, Fact API."""

from __future__ import annotations

from typing import Annotated

from asyncsdk import models
from asyncsdk.files.upload import File
from asyncsdk.http.messages import Effect
from asyncsdk.jobs.job import Job
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import Flag, Location, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Events"]


class Events(Resource):
    """Custom events, which Act-On also calls custom touch points."""

    @route.post("/api/1/customevents", effect=Effect.UNSAFE, shape=Shape.CAPTURED, body=Location.MULTIPART)
    async def upload(
        self,
        *,
        file: File,
        destination: str,
        action: Annotated[models.EventAction, WireName("customeventaction")],
        email_column: Annotated[int, WireName("emailcolidx")],
        date_column: Annotated[int, WireName("datecolidx")],
        title_column: Annotated[int, WireName("titlecolidx")],
        date_format: Annotated[models.EventDateFormat, WireName("dateformat")],
        note_column: Annotated[int | None, WireName("notecolidx")] = None,
        title_count: Annotated[int | None, WireName("titlecount")] = None,
        headings: Annotated[bool, WireName("firstrow")] = True,
        separator: Annotated[models.EventSeparator, WireName("fieldseparator")] = "COMMA",
        quote: Annotated[models.Quote, WireName("quotecharacter")] = "DOUBLE_QUOTE",
        filename: str | None = None,
    ) -> Job[models.EventReport]:
        """Upload a CSV file of events.

        Args:
            file: the CSV file.
            destination: the display name of the set of custom touch points.
            action: what happened, one for the whole file.
            email_column: the index of the column with the address, from 0.
            date_column: the index of the column with the date, from 0.
            title_column: the index of the column with the title, from 0.
            date_format: how the dates are written.
            note_column: the index of the column with a note, from 0.
            title_count: how many titles are new; documented as required, left out by a client that works.
            headings: whether the first row holds headings.
            separator: what separates the cells.
            quote: what quotes the cells.
            filename: a name for the file.
        """

    @route.post("/api/1/customevents/fact", effect=Effect.UNSAFE, shape=Shape.GUESSED)
    async def record(
        self,
        *,
        destination: str,
        action: Annotated[models.EventAction, WireName("customeventaction")],
        email: str,
        when: str,
        title: str,
        date_format: Annotated[models.EventDateFormat, WireName("dateformat")],
        note: str | None = None,
        create_destination: Annotated[bool | None, WireName("createlistingentry"), Flag("true", "false")] = None,
    ) -> models.Outcome:
        """Record one event; the shape of the answer is not published.

        Args:
            destination: the display name of the set of custom touch points.
            action: what happened.
            email: whom it happened to.
            when: the date, written as ``date_format`` says.
            title: what it happened with.
            date_format: how the date is written.
            note: a note.
            create_destination: whether a missing destination is created; without it the call fails.
        """

    @route.get("/api/1/customevents/{job_id}/status", shape=Shape.DOCUMENTED)
    async def status(self, job_id: str) -> models.JobStatus[models.EventReport]:
        """Look once at an upload of events.

        Args:
            job_id: the job's id, decimal digits.
        """
