"""Routes of ``lists``: lists, their uploads and the suppression lists.

Source: Act-On developer documentation, List API.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated

from asyncsdk import models
from asyncsdk.api.lists_checks import (
    effect_of_mode,
    merge_is_meant,
    merge_specs,
    one_choice_of_columns,
    rejects_file,
    upload_specs,
)
from asyncsdk.api.parameters import (
    CreatedAfter,
    CreatedBefore,
    DateQualifiers,
    Headings,
    ModifiedAfter,
    ModifiedBefore,
    PageCount,
    SuppressedAfter,
    SuppressedBefore,
)
from asyncsdk.files.upload import File
from asyncsdk.http.messages import Effect
from asyncsdk.jobs.job import Job
from asyncsdk.pagination.paged_list import Pages
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import GUARD, AssembledInto, EncodedBy, Joined, Location, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Lists"]


class Lists(Resource):
    """Lists, their uploads, and the lists of addresses that get no mail."""

    @route.get("/api/1/list", shape=Shape.CAPTURED)
    def all(
        self,
        *,
        listing_type: Annotated[models.ListingType | None, WireName("listingtype")] = None,
        count: PageCount = None,
        offset: int | None = None,
    ) -> Pages[models.Asset]:
        """List the account's lists, or its assets of another type.

        Only the shape of a contact list has been published.

        Args:
            listing_type: what to list; by default contact lists.
            count: how many to a page, at most 1,000.
            offset: how many to skip.
        """

    @route.get("/api/1/list/{list_id}", shape=Shape.CAPTURED, check=one_choice_of_columns)
    async def download(
        self,
        list_id: str,
        *,
        count: PageCount = None,
        offset: int | None = None,
        fields: Headings[Sequence[str] | None] = None,
        modified_after: ModifiedAfter[datetime | None] = None,
        modified_before: ModifiedBefore[datetime | None] = None,
        created_after: CreatedAfter[datetime | None] = None,
        created_before: CreatedBefore[datetime | None] = None,
        date_qualifiers: DateQualifiers[bool | None] = None,
    ) -> models.ListPage:
        """Read one page of a list's records.

        Args:
            list_id: the list, such as ``l-0001``.
            count: how many records, at most 1,000.
            offset: how many to skip.
            fields: only these headings; does not go together with ``date_qualifiers``.
            modified_after: only records modified after this time.
            modified_before: only records modified before this time.
            created_after: only records created after this time.
            created_before: only records created before this time.
            date_qualifiers: whether to add the columns ``__created_date`` and ``__modified_date``.
        """

    @route.get(
        "/api/1/list/{list_id}",
        shape=Shape.DOCUMENTED,
        fixed={"responseformat": "CSV"},
        listed=False,
        check=one_choice_of_columns,
    )
    def download_rows(
        self,
        list_id: str,
        *,
        fields: Headings[Sequence[str] | None] = None,
        modified_after: ModifiedAfter[datetime | None] = None,
        modified_before: ModifiedBefore[datetime | None] = None,
        created_after: CreatedAfter[datetime | None] = None,
        created_before: CreatedBefore[datetime | None] = None,
        date_qualifiers: DateQualifiers[bool | None] = None,
    ) -> AsyncIterator[Mapping[str, str]]:
        """Stream a whole list as CSV: one call, any number of records and fields.

        Args:
            list_id: the list, such as ``l-0001``.
            fields: only these headings; does not go together with ``date_qualifiers``.
            modified_after: only records modified after this time.
            modified_before: only records modified before this time.
            created_after: only records created after this time.
            created_before: only records created before this time.
            date_qualifiers: whether to add the columns ``__created_date`` and ``__modified_date``.
        """

    @route.post("/api/1/list", effect=Effect.UNSAFE, shape=Shape.DOCUMENTED, body=Location.MULTIPART)
    async def create(
        self,
        name: Annotated[str, WireName("listname")],
        *,
        file: File,
        columns: Annotated[Sequence[models.Column], WireName("uploadspecs"), EncodedBy(upload_specs)],
        folder: Annotated[str | None, WireName("foldername")] = None,
        headings: bool = True,
        separator: Annotated[models.Separator, WireName("fieldseparator")] = "COMMA",
        quote: Annotated[models.Quote, WireName("quotecharacter")] = "DOUBLE_QUOTE",
    ) -> Job[models.UploadReport]:
        """Create a list from a CSV file.

        Args:
            name: the list's name.
            file: the CSV file, at most ``Limits.upload_bytes`` long.
            columns: the file's columns in their order, one of them typed ``EMAIL``.
            folder: the folder to put it in, created if missing; by default the Default Folder.
            headings: whether the first row holds headings.
            separator: what separates the cells.
            quote: what quotes the cells.
        """

    @route.post("/api/1/list", effect=Effect.UNSAFE, shape=Shape.DOCUMENTED, body=Location.MULTIPART)
    async def create_empty(
        self,
        name: Annotated[str, WireName("listname")],
        *,
        columns: Annotated[Sequence[models.Column], WireName("uploadspecs"), EncodedBy(upload_specs)],
        folder: Annotated[str | None, WireName("foldername")] = None,
        quote: Annotated[models.Quote, WireName("quotecharacter")] = "DOUBLE_QUOTE",
    ) -> models.CreatedList:
        """Create a list without records.

        Args:
            name: the list's name.
            columns: its columns, one of them typed ``EMAIL``.
            folder: the folder to put it in, created if missing; by default the Default Folder.
            quote: what quotes cells; required by the API, although there is no file.
        """

    @route.put(
        "/api/1/list/{list_id}",
        effect=Effect.UNSAFE,
        effect_by=effect_of_mode,
        shape=Shape.DOCUMENTED,
        body=Location.MULTIPART,
        assemble=merge_specs,
        check=merge_is_meant,
    )
    async def merge(
        self,
        list_id: str,
        *,
        file: File,
        columns: Annotated[Sequence[models.Column], WireName("uploadspecs"), EncodedBy(upload_specs)],
        mode: Annotated[models.MergeMode, AssembledInto("mergespecs")] = "UPSERT",
        key: Annotated[str | None, AssembledInto("mergespecs")] = None,
        put_empty_values: Annotated[bool, WireName("putEmptyValues")] = False,
        segment: Annotated[bool, AssembledInto("mergespecs")] = False,
        headings: bool = True,
        separator: Annotated[models.Separator, WireName("fieldseparator")] = "COMMA",
        quote: Annotated[models.Quote, WireName("quotecharacter")] = "DOUBLE_QUOTE",
        replace_everything: Annotated[bool, GUARD] = False,
    ) -> Job[models.UploadReport]:
        """Merge a CSV file into a list.

        Args:
            list_id: the list, such as ``l-0001``.
            file: the CSV file, at most ``Limits.upload_bytes`` long.
            columns: the file's columns in their order, with the list's own headings to the letter.
            mode: what to do with rows that are new, and with rows that are there.
            key: the heading to match rows by; by default the EMAIL column, although one older page requires it.
            put_empty_values: whether an empty cell erases what the list holds.
            segment: whether to make a segment of the merged records.
            headings: whether the first row holds headings.
            separator: what separates the cells.
            quote: what quotes the cells.
            replace_everything: must be True for REPLACE, which deletes all that the file does not hold.
        """

    @route.get("/api/1/list/{job_id}/status", shape=Shape.DOCUMENTED)
    async def upload_status(self, job_id: str) -> models.JobStatus[models.UploadReport]:
        """Look once at an upload or an asynchronous upsert.

        Args:
            job_id: the job's id, decimal digits.
        """

    @route.get("/api/1/list/rejectedUploadRecords", shape=Shape.GUESSED)
    def rejected_records(
        self, report: Annotated[models.UploadReport | str, WireName("filename"), EncodedBy(rejects_file)]
    ) -> AsyncIterator[Mapping[str, str]]:
        """Stream the rows that an upload rejected; the file's layout is not published.

        Args:
            report: the upload's report, or the file name that it gave.
        """

    @route.delete("/api/1/list/{list_id}", effect=Effect.IDEMPOTENT, shape=Shape.GUESSED)
    async def delete(self, list_id: str) -> models.Outcome:
        """Delete a list with all its records.

        Args:
            list_id: the list, such as ``l-0001``.
        """

    @route.delete("/api/1/list/{list_id}/record", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED)
    async def delete_records(
        self,
        list_id: str,
        *,
        record_ids: Annotated[Sequence[str], WireName("contactids"), Joined(",", at_most=100)],
    ) -> models.DeletedRecords:
        """Delete records; HTTP 200 even where some could not be deleted.

        Args:
            list_id: the list, such as ``l-0001``.
            record_ids: the records, such as ``l-0001:a``, at most 100.
        """

    @route.get("/api/1/list/hardbounce", shape=Shape.DOCUMENTED)
    def hard_bounces(
        self,
        *,
        count: PageCount = None,
        offset: int | None = None,
        created_after: SuppressedAfter[datetime | None] = None,
        created_before: SuppressedBefore[datetime | None] = None,
    ) -> Pages[models.Suppression]:
        """List the addresses that mail bounced from for good.

        Args:
            count: how many to a page, at most 1,000.
            offset: how many to skip.
            created_after: only those after this time, sent in epoch seconds, as an older page of the documentation
                has it; newer ones name no unit.
            created_before: only those before this time.
        """

    @route.get("/api/1/list/spamcomplaint", shape=Shape.DOCUMENTED)
    def spam_complaints(
        self,
        *,
        count: PageCount = None,
        offset: int | None = None,
        created_after: SuppressedAfter[datetime | None] = None,
        created_before: SuppressedBefore[datetime | None] = None,
    ) -> Pages[models.Suppression]:
        """List the addresses that complained of spam.

        Args:
            count: how many to a page, at most 1,000.
            offset: how many to skip.
            created_after: only those after this time, sent in epoch seconds, as an older page of the documentation
                has it; newer ones name no unit.
            created_before: only those before this time.
        """

    @route.get("/api/1/list/optout", shape=Shape.DOCUMENTED)
    def opt_outs(
        self,
        *,
        count: PageCount = None,
        offset: int | None = None,
        created_after: SuppressedAfter[datetime | None] = None,
        created_before: SuppressedBefore[datetime | None] = None,
    ) -> Pages[models.Suppression]:
        """List the addresses that opted out of all mail.

        Args:
            count: how many to a page, at most 1,000.
            offset: how many to skip.
            created_after: only those after this time, sent in epoch seconds, as an older page of the documentation
                has it; newer ones name no unit.
            created_before: only those before this time.
        """

    @route.put("/api/1/list/optout", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED, body=Location.MULTIPART)
    async def add_opt_outs(self, *, file: File) -> models.SuppressionUpdate:
        """Opt addresses out of all mail.

        Args:
            file: a CSV file of one column of addresses, without a heading.
        """

    @route.put("/api/1/list/optin", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED, body=Location.MULTIPART)
    async def remove_opt_outs(self, *, file: File) -> models.SuppressionUpdate:
        """Lift the opt-out of addresses; Act-On switches this on for each account.

        Args:
            file: a CSV file of one column of addresses, without a heading.
        """
