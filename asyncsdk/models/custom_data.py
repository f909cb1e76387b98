"""Models of ``custom_data``: objects that an account defines, and the report of an ingest of their rows.

Act-On publishes what calls take, and no answer: there is no model of a schema, a dataset or a row as the server
gives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire
from asyncsdk.redaction import masked_repr

__all__ = [
    "CustomField",
    "CustomSchema",
    "DataFileType",
    "FileIngestMode",
    "IngestMode",
    "IngestReport",
    "JoinDuplicates",
    "JoinSelector",
    "JoinStrategy",
    "PageStrategy",
    "Relationship",
    "SortDirection",
    "SortField",
]

IngestMode: TypeAlias = Literal["UPSERT", "REPLACE", "DELETE"]
"""What an ingest does with rows; the documentation of JSON ingests spells the words in lower case."""

FileIngestMode: TypeAlias = Literal["UPSERT", "REPLACE", "DELETE", "DELETE_DATASET"]
"""What an ingest of a file does with its rows, or with the dataset."""

DataFileType: TypeAlias = Literal["csv", "json"]
"""What a file of rows is written in."""

PageStrategy: TypeAlias = Literal["OFFSET", "CURSOR"]
"""How the pages of a query are told apart: by their number, or by a token that the page before gives."""

SortDirection: TypeAlias = Literal["asc", "desc"]
"""Smallest first, or greatest first."""

JoinDuplicates: TypeAlias = Literal[
    "allow",
    "noOtherJoinFieldsDuplicates",
    "noBaseJoinFieldsDuplicates",
    "noJoinFieldsDuplicates",
]
"""Which rows of a join may share a value of the fields that it joins by.

The documentation names a default, ``noActOnContactsJoinFieldsDuplicates``, that is not among its own choices.
"""

JoinSelector: TypeAlias = Literal["first", "last"]
"""Which of several rows a join keeps."""


@frozen
class CustomField:
    """A field of a custom object."""

    name: str | None = None
    """The name that rows and queries use."""

    type: str | None = None
    """The data type. Not all are published; named are JSON, ENUM, STRING_ARRAY, DATE, DATETIME and CURRENCY."""

    display_name: str | None = field(default=None, metadata=wire("displayName"))
    """The name that people see."""

    description: str | None = None
    """What the field is for."""

    id: str | None = None
    """The field's id, which the server gives."""

    properties: Mapping[str, str] | None = None
    """What only some types have, all of it as text.

    ========================  ============================================================
    type                      properties
    ========================  ============================================================
    JSON                      ``format``: ``json`` or ``base64``
    ENUM                      ``enumName``, ``enumValues``, ``enumValuesCaseSensitive``
    STRING_ARRAY              ``CSVSeparator``: ``comma``, ``semicolon``, ``pipe`` or ``tab``
    DATE                      ``format``, ``formatHint``
    DATETIME                  ``format``, ``formatHint``, ``timezone`` such as ``US/Eastern``
    CURRENCY                  ``currencyCode`` such as ``USD``
    ========================  ============================================================
    """

    extra_data: str | None = field(default=None, metadata=wire("extraData"))
    """Text that goes with the field; what it is for is not published."""


@frozen
class Relationship:
    """How the rows of a custom object belong to other rows, such as contacts."""

    name: str | None = None
    """The relationship's name."""

    description: str | None = None
    """What it is for."""

    type: str | None = None
    """How many belong to how many; implied are ``one-to-one`` and ``one-to-many``."""

    field_name: str | None = field(default=None, metadata=wire("fieldName"))
    """The field of this object to match by."""

    field_value: str | None = field(default=None, repr=masked_repr, metadata=wire("fieldValue"))
    """The value of that field."""

    other_object: str | None = field(default=None, metadata=wire("otherObject"))
    """What this object belongs to."""

    other_field_name: str | None = field(default=None, metadata=wire("otherFieldName"))
    """The other side's field to match by."""

    other_field_value: str | None = field(default=None, repr=masked_repr, metadata=wire("otherFieldValue"))
    """The value of that field."""

    properties: Mapping[str, str] | None = None
    """Further properties; which there are is not published."""


@frozen
class CustomSchema:
    """What a custom object is made of. The API marks nothing as required."""

    name: str | None = None
    """The object's name."""

    description: str | None = None
    """What the object is for."""

    data_type: str | None = field(default=None, metadata=wire("dataType"))
    """The object's data type; the choices are not published."""

    fields: Sequence[CustomField | Mapping[str, Json]] | None = None
    """The fields of its rows."""

    required_fields: Sequence[str] | None = field(default=None, metadata=wire("requiredFields"))
    """The names of the fields that every row must fill."""

    unique_fields: Sequence[str] | None = field(default=None, metadata=wire("uniqueFieldSet"))
    """The names of the fields that together tell rows apart."""

    event_timestamp_field: str | None = field(default=None, metadata=wire("eventTimestampField"))
    """The name of the field that holds the time of an event; data on behaviour must have a date."""

    primary_email_field: str | None = field(default=None, metadata=wire("primaryEmailField"))
    """The name of the field that holds the address."""

    external_id_field: str | None = field(default=None, metadata=wire("externalIdField"))
    """The name of the field that holds the id in another system."""

    object_type_field: str | None = field(default=None, metadata=wire("objectTypeField"))
    """The name of the field that holds the type in another system."""

    relationships: Sequence[Relationship | Mapping[str, Json]] | None = None
    """How its rows belong to contacts and other rows."""


@frozen
class SortField:
    """A field to sort the rows of a query by."""

    field: str
    """The field: ``co.`` and a custom object's field, or ``aoc.`` and a contact's."""

    direction: SortDirection | None = None
    """By default smallest first."""


@frozen
class JoinStrategy:
    """How a query joins the rows of a custom object with contacts or another object."""

    use_defaults: bool | None = field(default=None, metadata=wire("useDefaults"))
    """Whether to ignore the rest and join as the object's relationship suggests; by default not."""

    join_enabled: bool | None = field(default=None, metadata=wire("joinEnabled"))
    """Whether to join at all; by default yes."""

    only_matching: bool | None = field(default=None, metadata=wire("onlyMatching"))
    """Whether rows without a match are left out; by default not."""

    duplicates: JoinDuplicates | None = None
    """What to do with rows that match more than once; the default depends on the relationship."""

    other_order_by: str | None = field(default=None, metadata=wire("otherOrderByField"))
    """The field that orders the other side's rows; by default ``updatedDate``."""

    other_selector: JoinSelector | None = field(default=None, metadata=wire("otherSelector"))
    """Which of the other side's rows is kept; by default the last."""

    base_order_by: str | None = field(default=None, metadata=wire("baseOrderByField"))
    """The field that orders this object's rows; by default ``sys.createdAt``."""

    base_selector: JoinSelector | None = field(default=None, metadata=wire("baseSelector"))
    """Which of this object's rows is kept; by default the last."""


@frozen
class IngestReport:
    """What an ingest did. None of its keys is published, so it stays as it came.

    That a job is complete does not mean that it succeeded: of one that did not, the status is said to tell where
    ``custom_data.job_report`` finds its report. How it says so is not published: look into ``rest``.
    """

    rest: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """Everything that the server told of the finished job."""
