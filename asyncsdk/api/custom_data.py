"""Routes of ``custom_data``: objects that an account defines.

Source: Act-On developer documentation, Custom Objects Service.

Act-On publishes what these calls take, but not what they answer: results stay as they come, and how the status of a
job is reported is a guess.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from asyncsdk import models
from asyncsdk.api.custom_data_checks import (
    all_are_meant,
    file_ingest_is_meant,
    hard_delete_is_meant,
    not_a_word_of_the_api,
    query_is_sound,
    row_ingest_is_meant,
    rows_are_named,
)
from asyncsdk.files.upload import File
from asyncsdk.http.messages import Effect, Json
from asyncsdk.jobs.job import Job
from asyncsdk.pagination.paged_list import Pages
from asyncsdk.routing import decorators as route
from asyncsdk.routing.encoders import records
from asyncsdk.routing.markers import (
    GUARD,
    EncodedBy,
    Flag,
    InJson,
    InMultipart,
    InQuery,
    Joined,
    Location,
    Members,
    WireName,
)
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["CustomData"]

_TRUE_FALSE = Flag("true", "false")
_REPEATABLE = frozenset({"UPSERT", "REPLACE", "DELETE"})


def _effect_of_ingest(arguments: Mapping[str, Any]) -> Effect:
    """Done twice, an ingest that creates its dataset might create two."""
    repeatable = arguments["mode"] in _REPEATABLE and not arguments["create_new_dataset"]
    return Effect.IDEMPOTENT if repeatable else Effect.UNSAFE


def _effect_of_creation(arguments: Mapping[str, Any]) -> Effect:
    """A dry run changes nothing."""
    return Effect.READ if arguments["dry_run"] else Effect.UNSAFE


DryRun = Annotated[InQuery[bool | None], WireName("dryRun"), _TRUE_FALSE]
Hard = Annotated[bool | None, _TRUE_FALSE]
CreateNewDataset = Annotated[bool | None, WireName("createNewDataset"), _TRUE_FALSE]
AbortOnInvalidRow = Annotated[bool, WireName("abortOnInvalidRow"), _TRUE_FALSE]
DataRows = Annotated[InJson[Sequence[Mapping[str, Json]]], EncodedBy(partial(records, "rows"))]
OtherObject = Annotated[str | None, WireName("otherObject")]
OtherDataset = Annotated[str | None, WireName("otherDataset")]
SelectFields = Annotated[Sequence[str] | None, WireName("selectFields")]
FilterExpression = Annotated[str | None, WireName("filterExpression")]
SearchTerm = Annotated[str | None, WireName("searchTerm")]
TimeZone = Annotated[str | None, WireName("datetimeFieldsTimezone")]
PageNumber = Annotated[int | None, WireName("pagination.page")]
PageSize = Annotated[int | None, WireName("pagination.size")]
PageToken = Annotated[str | None, WireName("pagination.nextPageToken")]


class CustomData(Resource):
    """Custom data, which Act-On's API also calls custom objects; Act-On switches it on for each account.

    A schema says what the rows of an object are made of, and how they belong to contacts. Its rows are in
    datasets. No answer of these calls is published: what is not a job, a page or a file is JSON as it came.
    """

    @route.get("/custom-objects/v1/{account_id}/schema/all", shape=Shape.GUESSED)
    async def schemas(self, *, account_id: str | None = None) -> Json:
        """List the schemas of the account.

        Args:
            account_id: the account's number; by default the session's own.
        """

    @route.get(
        "/custom-objects/v1/{account_id}/schema/{object_id}",
        shape=Shape.GUESSED,
        check=not_a_word_of_the_api(object_id=("all",)),
    )
    async def schema(self, object_id: str, *, account_id: str | None = None) -> Json:
        """Read one schema.

        Args:
            object_id: the schema's id.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/custom-objects/v1/{account_id}/schema",
        effect=Effect.UNSAFE,
        effect_by=_effect_of_creation,
        shape=Shape.GUESSED,
        body=Location.JSON,
    )
    async def create_schema(
        self,
        *,
        schema: InJson[models.CustomSchema | Mapping[str, Json]],
        dry_run: DryRun = None,
        account_id: str | None = None,
    ) -> Json:
        """Create a schema; one that is there already is a ``Conflict``.

        Args:
            schema: what the object is made of.
            dry_run: whether the schema is only validated, and not created; by default not.
            account_id: the account's number; by default the session's own.
        """

    @route.put(
        "/custom-objects/v1/{account_id}/schema/{object_id}",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        body=Location.JSON,
    )
    async def update_schema(
        self,
        object_id: str,
        *,
        schema: InJson[models.CustomSchema | Mapping[str, Json]],
        account_id: str | None = None,
    ) -> Json:
        """Update a schema's basic properties; fields have calls of their own.

        Args:
            object_id: the schema's id.
            schema: the new properties.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/custom-objects/v1/{account_id}/schema/{object_id}",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        check=hard_delete_is_meant,
    )
    async def delete_schema(
        self,
        object_id: str,
        *,
        hard: Hard = None,
        delete_everything: Annotated[bool, GUARD] = False,
        account_id: str | None = None,
    ) -> Json:
        """Delete a schema; what remains of it unless the delete is a hard one is not published.

        Args:
            object_id: the schema's id.
            hard: whether to delete it for good.
            delete_everything: must be True for a hard delete.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/custom-objects/v1/{account_id}/schema/all",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        check=all_are_meant,
    )
    async def delete_schemas(
        self,
        *,
        hard: Hard = None,
        delete_everything: Annotated[bool, GUARD] = False,
        account_id: str | None = None,
    ) -> Json:
        """Delete every schema of the account.

        Args:
            hard: whether to delete them for good.
            delete_everything: must be True, for this leaves nothing.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/custom-objects/v1/{account_id}/schema/{object_id}/field",
        effect=Effect.UNSAFE,
        shape=Shape.GUESSED,
        body=Location.JSON,
    )
    async def add_fields(
        self,
        object_id: str,
        *,
        fields: InJson[Sequence[models.CustomField | Mapping[str, Json]]],
        account_id: str | None = None,
    ) -> Json:
        """Add fields to a schema.

        Args:
            object_id: the schema's id.
            fields: the new fields.
            account_id: the account's number; by default the session's own.
        """

    @route.put(
        "/custom-objects/v1/{account_id}/schema/{object_id}/field",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        body=Location.JSON,
    )
    async def update_fields(
        self,
        object_id: str,
        *,
        fields: InJson[Sequence[models.CustomField | Mapping[str, Json]]],
        account_id: str | None = None,
    ) -> Json:
        """Update the basic properties of a schema's fields.

        Args:
            object_id: the schema's id.
            fields: the fields with their new properties.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/custom-objects/v1/{account_id}/schema/{object_id}/field",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        body=Location.JSON,
    )
    async def delete_fields(
        self,
        object_id: str,
        *,
        fields: Annotated[InJson[Sequence[str]], Members(at_least=1)],
        account_id: str | None = None,
    ) -> Json:
        """Delete fields of a schema.

        Args:
            object_id: the schema's id.
            fields: the fields' names, at least one.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/custom-objects/v1/{account_id}/data/all", shape=Shape.GUESSED)
    async def datasets(self, *, account_id: str | None = None) -> Json:
        """List the datasets of the account.

        Args:
            account_id: the account's number; by default the session's own.
        """

    @route.get(
        "/custom-objects/v1/{account_id}/data/{object_id}/all",
        shape=Shape.GUESSED,
        check=not_a_word_of_the_api(object_id=("status", "report")),
    )
    async def datasets_of(self, object_id: str, *, account_id: str | None = None) -> Json:
        """List the datasets of one schema.

        Args:
            object_id: the schema's id.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/custom-objects/v1/{account_id}/data/{object_id}",
        effect=Effect.UNSAFE,
        shape=Shape.GUESSED,
        body=Location.JSON,
    )
    async def create_dataset(
        self,
        object_id: str,
        *,
        name: str,
        description: str | None = None,
        is_default: Annotated[bool | None, WireName("isDefault")] = None,
        account_id: str | None = None,
    ) -> Json:
        """Create an empty dataset.

        Args:
            object_id: the schema's id.
            name: the dataset's name.
            description: what it is for.
            is_default: whether it is the object's default dataset from now on.
            account_id: the account's number; by default the session's own.
        """

    @route.get(
        "/custom-objects/v1/{account_id}/data/{object_id}/{dataset}",
        shape=Shape.GUESSED,
        check=not_a_word_of_the_api(object_id=("status", "report"), dataset=("all",)),
    )
    async def dataset(self, object_id: str, dataset: str, *, account_id: str | None = None) -> Json:
        """Read the details of one dataset.

        Args:
            object_id: the schema's id.
            dataset: the dataset's id or name.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/custom-objects/v1/{account_id}/data/{object_id}/{dataset}",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        body=Location.JSON,
        check=not_a_word_of_the_api(dataset=("validate",)),
    )
    async def update_dataset(
        self,
        object_id: str,
        dataset: str,
        *,
        name: str | None = None,
        description: str | None = None,
        is_default: Annotated[bool | None, WireName("isDefault")] = None,
        account_id: str | None = None,
    ) -> Json:
        """Update a dataset; a name that another has is a ``Conflict``.

        Args:
            object_id: the schema's id.
            dataset: the dataset's id or name.
            name: the new name.
            description: the new description.
            is_default: whether it is the object's default dataset from now on.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/custom-objects/v1/{account_id}/data/{object_id}/{dataset}",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
    )
    async def delete_dataset(self, object_id: str, dataset: str, *, account_id: str | None = None) -> Json:
        """Delete a dataset and all its rows for good.

        Args:
            object_id: the schema's id.
            dataset: the dataset's id or name.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/custom-objects/v1/{account_id}/data/{object_id}/{dataset}/json",
        effect=Effect.UNSAFE,
        effect_by=_effect_of_ingest,
        shape=Shape.GUESSED,
        body=Location.QUERY,
        check=row_ingest_is_meant,
    )
    async def ingest_rows(
        self,
        object_id: str,
        dataset: str,
        *,
        rows: DataRows,
        mode: Annotated[models.IngestMode, WireName("ingestMode")],
        abort_on_invalid_row: AbortOnInvalidRow,
        description: str | None = None,
        create_new_dataset: CreateNewDataset = None,
        replace_everything: Annotated[bool, GUARD] = False,
        account_id: str | None = None,
    ) -> Job[models.IngestReport]:
        """Ingest rows as JSON.

        The documentation says "a JSON stream" and describes no body: an array of objects is inferred from that.

        Args:
            object_id: the schema's id.
            dataset: the dataset's id or name.
            rows: the rows, values by field name; NaN and the like become null, numbers and flags stay what they
                are, and ``docs/bulk.md`` tells the texts of others.
            mode: what to do with the rows; documented here in lower case, sent in upper case as for files.
            abort_on_invalid_row: whether one row that does not fit stops all; if so, it is a ``Conflict``.
            description: what the dataset is for.
            create_new_dataset: whether to create a new dataset; by default not.
            replace_everything: must be True for REPLACE, which deletes all rows that are not sent with it.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/custom-objects/v1/{account_id}/data/{object_id}/{dataset}/file",
        effect=Effect.UNSAFE,
        effect_by=_effect_of_ingest,
        shape=Shape.GUESSED,
        body=Location.QUERY,
        check=file_ingest_is_meant,
    )
    async def ingest_file(
        self,
        object_id: str,
        dataset: str,
        *,
        file: InMultipart[File],
        mode: Annotated[models.FileIngestMode, WireName("ingestMode")] = "UPSERT",
        file_type: Annotated[models.DataFileType, WireName("fileType")] = "csv",
        abort_on_invalid_row: AbortOnInvalidRow = False,
        description: str | None = None,
        create_new_dataset: CreateNewDataset = None,
        replace_everything: Annotated[bool, GUARD] = False,
        delete_everything: Annotated[bool, GUARD] = False,
        account_id: str | None = None,
    ) -> Job[models.IngestReport]:
        """Ingest a file of rows.

        Args:
            object_id: the schema's id.
            dataset: the dataset's id or name.
            file: the file, at most ``Limits.upload_bytes`` long.
            mode: what to do with the rows.
            file_type: what the file is written in.
            abort_on_invalid_row: whether one row that does not fit stops all; if so, it is a ``Conflict``.
            description: what the dataset is for.
            create_new_dataset: whether to create a new dataset; by default not.
            replace_everything: must be True for REPLACE, which deletes all rows that the file does not hold.
            delete_everything: must be True for DELETE_DATASET.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/custom-objects/v1/{account_id}/data/{object_id}/validate",
        effect=Effect.READ,
        shape=Shape.GUESSED,
        body=Location.MULTIPART,
    )
    async def validate_file(
        self,
        object_id: str,
        *,
        file: File,
        file_type: Annotated[models.DataFileType, WireName("fileType")] = "csv",
        account_id: str | None = None,
    ) -> Json:
        """Check a file of rows against a schema, and ingest nothing; one that does not fit is a ``Conflict``.

        Args:
            object_id: the schema's id.
            file: the file, at most ``Limits.upload_bytes`` long.
            file_type: what the file is written in.
            account_id: the account's number; by default the session's own.
        """

    @route.delete(
        "/custom-objects/v1/{account_id}/data/{object_id}/{dataset}/ids",
        effect=Effect.IDEMPOTENT,
        shape=Shape.GUESSED,
        body=Location.JSON,
        check=rows_are_named,
    )
    async def delete_rows(
        self,
        object_id: str,
        dataset: str,
        *,
        ids: Annotated[Sequence[str] | None, Joined(",")] = None,
        first_id: Annotated[str | None, WireName("firstId")] = None,
        last_id: Annotated[str | None, WireName("lastId")] = None,
        account_id: str | None = None,
    ) -> Json:
        """Delete rows by their ids, or all from one id to another; whether that is a job is not published.

        Args:
            object_id: the schema's id.
            dataset: the dataset's id or name.
            ids: the rows, at least one.
            first_id: in place of ``ids``, where a range begins.
            last_id: where the range ends.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/custom-objects/v1/{account_id}/data/status/{job_id}", shape=Shape.GUESSED)
    async def job_status(
        self, job_id: str, *, account_id: str | None = None
    ) -> models.JobStatus[models.IngestReport]:
        """Look once at an ingest; its words and keys are guesses.

        Args:
            job_id: the job's id.
            account_id: the account's number; by default the session's own.
        """

    @route.get("/custom-objects/v1/{account_id}/data/report/{job_id}", shape=Shape.GUESSED)
    def job_report(self, job_id: str, *, account_id: str | None = None) -> AsyncIterator[bytes]:
        """Download the report of an ingest that is complete; what kind of file it is, is not published.

        Args:
            job_id: the job's id.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/custom-objects/v1/{account_id}/query/{object_id}/{dataset}/joinWithOther",
        effect=Effect.READ,
        shape=Shape.GUESSED,
        body=Location.JSON,
        check=query_is_sound,
    )
    def query(
        self,
        object_id: str,
        dataset: str,
        *,
        other_object: OtherObject = None,
        other_dataset: OtherDataset = None,
        select_fields: SelectFields = None,
        filter_expression: FilterExpression = None,
        join_strategy: Annotated[models.JoinStrategy | Mapping[str, Json] | None, WireName("joinStrategy")] = None,
        search_term: SearchTerm = None,
        datetime_fields_timezone: TimeZone = None,
        sort_fields: Annotated[
            Sequence[models.SortField | Mapping[str, Json]] | None, WireName("sortFields")
        ] = None,
        page: PageNumber = None,
        page_size: PageSize = None,
        page_strategy: Annotated[models.PageStrategy | None, WireName("pagination.pageStrategy")] = None,
        next_page_token: PageToken = None,
        account_id: str | None = None,
    ) -> Pages[Json]:
        """Query the rows of a dataset, joined with contacts or the rows of another object.

        Fields are named with a prefix: ``co.`` for the custom object's, ``aoc.`` for Act-On's contacts'; ``co.*``
        and ``aoc.*`` stand for all. What pages look like, and where they tell the next page's token, is a guess.

        Args:
            object_id: the schema's id.
            dataset: the dataset's id.
            other_object: what to join with.
            other_dataset: the id or name of the dataset to join with, if it is a custom object's.
            select_fields: the fields to give, at most 2,000.
            filter_expression: which rows to give; the grammar is not published.
            join_strategy: how to join.
            search_term: a text to search for.
            datetime_fields_timezone: the zone of all times, whatever the account and the fields say.
            sort_fields: the fields to sort by, at most 10.
            page: the page's number, from 0.
            page_size: how many to a page.
            page_strategy: by default ``OFFSET``.
            next_page_token: with ``CURSOR``, where to read on; by default at the beginning.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/custom-objects/v1/{account_id}/query/{object_id}/{dataset}/joinWithOtherInternal",
        effect=Effect.READ,
        shape=Shape.GUESSED,
        body=Location.JSON,
        check=query_is_sound,
    )
    def query_internal(
        self,
        object_id: str,
        dataset: str,
        *,
        other_object: OtherObject = None,
        other_dataset: OtherDataset = None,
        select_fields: SelectFields = None,
        filter_expression: FilterExpression = None,
        join_strategy: Annotated[models.JoinStrategy | Mapping[str, Json] | None, WireName("joinStrategy")] = None,
        search_term: SearchTerm = None,
        datetime_fields_timezone: TimeZone = None,
        sort_fields: Annotated[
            Sequence[models.SortField | Mapping[str, Json]] | None, WireName("sortFields")
        ] = None,
        page: PageNumber = None,
        page_size: PageSize = None,
        page_strategy: Annotated[models.PageStrategy | None, WireName("pagination.pageStrategy")] = None,
        next_page_token: PageToken = None,
        account_id: str | None = None,
    ) -> Pages[Json]:
        """Do what ``query`` does, as an "internal query"; how the two differ is not published.

        Args:
            object_id: the schema's id.
            dataset: the dataset's id.
            other_object: what to join with.
            other_dataset: the id or name of the dataset to join with, if it is a custom object's.
            select_fields: the fields to give, at most 2,000.
            filter_expression: which rows to give; the grammar is not published.
            join_strategy: how to join.
            search_term: a text to search for.
            datetime_fields_timezone: the zone of all times, whatever the account and the fields say.
            sort_fields: the fields to sort by, at most 10.
            page: the page's number, from 0.
            page_size: how many to a page.
            page_strategy: by default ``OFFSET``.
            next_page_token: with ``CURSOR``, where to read on; by default at the beginning.
            account_id: the account's number; by default the session's own.
        """

    @route.post(
        "/custom-objects/v1/{account_id}/query/joinWithOtherPreflight",
        effect=Effect.READ,
        shape=Shape.GUESSED,
        body=Location.QUERY,
    )
    async def warm_query_cache(self, *, account_id: str | None = None) -> Json:
        """Get the server's cache ready, so that the queries that follow are faster.

        Args:
            account_id: the account's number; by default the session's own.
        """
