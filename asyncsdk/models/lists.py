"""Models of ``lists``: lists, their uploads, and the suppression lists."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

from attrs import field, frozen

from asyncsdk.files.headings import RECORD_ID, deduplicated
from asyncsdk.http.messages import Json
from asyncsdk.models.contacts import Contact
from asyncsdk.models.fields import REST, nothing, wire
from asyncsdk.redaction import masked_repr

__all__ = [
    "ArrowBatch",
    "ArrowRows",
    "ArrowTable",
    "Asset",
    "Column",
    "ColumnType",
    "CreatedList",
    "DeletedRecords",
    "DeletionFailure",
    "ExportProgress",
    "ExportReport",
    "ListPage",
    "ListingType",
    "MergeMode",
    "Quote",
    "Separator",
    "Suppression",
    "SuppressionUpdate",
    "UploadReport",
]

ListingType: TypeAlias = Literal[
    "contact_list",
    "header",
    "footer",
    "sender",
    "media",
    "pages",
    "custom_events",
    "template_message",
    "draft_message",
    "landing_page",
    "sent_message",
    "triggered_message",
    "test_message",
    "failed_message",
    "scheduled_message",
]
"""What ``lists.all`` can list."""

MergeMode: TypeAlias = Literal["APPEND", "APPEND_NO_DUPLICATES", "UPSERT", "UPDATE_ONLY", "REPLACE"]
"""What a merge does with rows that are new, and with rows that are there."""

Separator: TypeAlias = Literal["COMMA", "TAB", "SEMI", "SEMICOLON"]
"""What separates the cells of a list file. Sources disagree on all but COMMA."""

Quote: TypeAlias = Literal["NONE", "SINGLE_QUOTE", "DOUBLE_QUOTE"]
"""What quotes the cells of a file."""

ColumnType: TypeAlias = Literal[
    "EMAIL",
    "FIRSTNAME",
    "LASTNAME",
    "MIDDLENAME",
    "COMPANY",
    "JOBTITLE",
    "DEPT",
    "BIZ_STREET",
    "BIZ_CITY",
    "BIZ_STATE",
    "BIZ_ZIP",
    "BIZ_COUNTRY",
    "HOME_STREET",
    "HOME_CITY",
    "HOME_STATE",
    "HOME_ZIP",
    "HOME_COUNTRY",
    "BIZ_PHONE",
    "BIZ_FAX",
    "HOME_PHONE",
    "HOME_FAX",
    "CELL_PHONE",
    "BIZ_WEB",
    "HOME_WEB",
]
"""The columns that Act-On knows the meaning of."""


@frozen
class Column:
    """One column of an upload."""

    heading: str
    """The column's heading; on a merge, the list's own, to the letter."""

    type: ColumnType | None = None
    """What the column means to Act-On; one column of an upload must be ``EMAIL``."""

    ignore: bool = False
    """Whether the server skips the column."""


@frozen
class Asset:
    """One entry of a listing; what is not a list fills only a part of it."""

    id: str = ""
    """Such as ``l-0001``."""

    name: str = ""
    """The name that people see."""

    folder: str | None = field(default=None, metadata=wire("folderName"))
    """The folder that it is in."""

    description: str | None = None
    """A sentence of the server, or of a user."""

    size: int | None = field(default=None, metadata=wire("sourceSize"))
    """How many records it holds."""

    base_id: str | None = field(default=None, metadata=wire("baseId"))
    """The list that a segment belongs to."""

    source_id: str | None = field(default=None, metadata=wire("sourceId"))
    """Where its records come from."""

    source_name: str | None = field(default=None, metadata=wire("sourceName"))
    """The name of where its records come from."""

    modified: datetime | None = field(default=None, metadata=wire("tsLastModified"))
    """When it was last modified."""

    counted: datetime | None = field(default=None, metadata=wire("tsLastCounted"))
    """When its records were last counted."""

    sourced: datetime | None = field(default=None, metadata=wire("tsSource"))
    """When its source last changed."""

    is_list: bool | None = field(default=None, metadata=wire("bIsList"))
    """Whether it is a list."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """Whatever else the server told."""


@frozen
class ListPage:
    """Up to 1,000 records of a list, cell for cell as they came."""

    list_id: str = field(default="", metadata=wire("listId"))
    """The list."""

    offset: int = 0
    """The place of the first row in the whole list, from 0."""

    count: int = 0
    """How many rows this is."""

    total_count: int = field(default=-1, metadata=wire("totalCount"))
    """How many records the list holds."""

    email_column: int | None = field(default=None, metadata=wire("emailColumn"))
    """The index in ``headers`` of the column with the address."""

    headers: tuple[str, ...] = ()
    """The columns' headings, ``_contact_id_`` first."""

    rows: tuple[tuple[str | None, ...], ...] = field(default=(), repr=False, metadata=wire("data"))
    """One tuple of cells for each record."""

    def contacts(self) -> Sequence[Contact]:
        """The rows by heading; without ids, where the answer has no column ``_contact_id_``.

        Where several columns have one heading, the second is called ``Name (2)``.
        """
        headings = deduplicated(self.headers)
        if headings[:1] == (RECORD_ID,):
            return [Contact.from_row(headings, row) for row in self.rows]
        return [Contact("", dict(zip(headings, row, strict=True))) for row in self.rows]


@frozen
class ExportProgress:
    """How far an export is."""

    rows: int
    """How many records have come."""

    total: int
    """How many there were when it began."""

    bytes: int
    """How many bytes have come."""

    rate: float
    """Records a second."""


@frozen
class ExportReport:
    """A list that was written to a file."""

    rows: int
    """How many records the file holds."""

    bytes: int
    """How long it is."""

    path: Path
    """Where it is."""

    seconds: float
    """How long it took."""

    again: bool = False
    """Whether the list was asked for a second time, because the first answer was not whole or the list changed."""


class ArrowBatch(Protocol):
    """Some records as columns of text; dataframe libraries take it directly."""

    def __len__(self) -> int: ...
    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]: ...


class ArrowTable(Protocol):
    """All records of a list as columns of text; dataframe libraries take it directly, any number of times."""

    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


class ArrowRows(Protocol):
    """A list as Arrow: ``async for`` gives it batch by batch, ``await`` gives all of it."""

    def __aiter__(self) -> AsyncIterator[ArrowBatch]: ...
    def __await__(self) -> Generator[Any, None, ArrowTable]: ...


@frozen
class CreatedList:
    """A list that was created empty."""

    list_id: str = field(default="", metadata=wire("listId"))
    """The new list."""

    status: str = ""
    """``success``."""

    message: str = ""
    """``List created``."""


@frozen
class UploadReport:
    """What an upload or an asynchronous upsert did."""

    list_id: str = field(default="", metadata=wire("listId"))
    """The list that it went to; for a new list, its id."""

    appended: int = field(default=0, metadata=wire("appendCount"))
    """How many records were added."""

    updated: int = field(default=0, metadata=wire("updateCount"))
    """How many records were changed."""

    failed: int = field(default=0, metadata=wire("failedCount"))
    """How many rows could not be stored."""

    rejected: int = field(default=0, metadata=wire("rejectedCount"))
    """How many rows could not be used."""

    rejects_file: str | None = None
    """The name of the file of rejected rows, for ``lists.rejected_records``; its key is not published."""


@frozen
class DeletionFailure:
    """One record that could not be deleted."""

    id: str = ""
    """The record."""

    reason: str = field(default="", repr=masked_repr)
    """Why, such as ``Invalid contact id``."""


@frozen
class DeletedRecords:
    """What became of records to delete."""

    deleted: int = field(default=0, metadata=wire("success_count"))
    """How many were deleted."""

    failed: int = field(default=0, metadata=wire("fail_count"))
    """How many were not."""

    failures: tuple[DeletionFailure, ...] = field(default=(), metadata=wire("failedList"))
    """Which were not, and why."""


@frozen
class Suppression:
    """An address that gets no mail."""

    email: str = field(default="", repr=masked_repr)
    """The address."""

    timestamp: datetime | None = None
    """Since when."""

    origin: str | None = field(default=None, repr=masked_repr)
    """How it came about, such as ``User: John Doe via Act-On API``."""


@frozen
class SuppressionUpdate:
    """What a file of opt-outs or opt-ins did."""

    status: str = ""
    """``success``."""

    message: str = field(default="", repr=masked_repr)
    """A sentence with the counts."""

    empty: int = field(default=0, metadata=wire("emptyRecords"))
    """How many rows were empty."""

    rejected: int = field(default=0, metadata=wire("rejectedRecords"))
    """How many rows were no address."""

    rejects_file: str | None = field(default=None, metadata=wire("rejectedRecordsUrl"))
    """The name of the file with the rejected rows."""
