"""Models of ``schema``: the audience's schema, and answers to writes to the schema and to segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, Literal, TypeAlias, TypeVar

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire
from asyncsdk.redaction import masked_repr

__all__ = ["ContactSchema", "FieldType", "SchemaField", "StandardField", "Written"]

T = TypeVar("T")

FieldType: TypeAlias = Literal["BOOLEAN", "DATE", "DATETIME", "TEXT", "NUMBER", "SCORE", "EMAIL", "MULTI-TEXT"]
"""What a field holds."""

StandardField: TypeAlias = Literal[
    "EMAIL",
    "FIRST_NAME",
    "MIDDLE_NAME",
    "LAST_NAME",
    "COMPANY",
    "TITLE",
    "DEPARTMENT",
    "BUSINESS_STREET",
    "BUSINESS_CITY",
    "BUSINESS_STATE",
    "BUSINESS_ZIP",
    "BUSINESS_COUNTRY",
    "PERSONAL_STREET",
    "PERSONAL_CITY",
    "PERSONAL_STATE",
    "PERSONAL_ZIP",
    "PERSONAL_COUNTRY",
    "BUSINESS_PHONE",
    "BUSINESS_FAX",
    "HOME_PHONE",
    "MOBILE_PHONE",
    "BUSINESS_WEBSITE",
    "PERSONAL_WEBSITE",
    "PICTURE",
    "TIMEZONE",
    "DATE_OF_BIRTH",
]
"""The fields that Act-On knows the meaning of, and that can be added."""


@frozen
class SchemaField:
    """One field of the account's contacts."""

    id: str = field(default="", metadata=wire("fieldId"))
    """The field's id."""

    name: str = ""
    """Its display name."""

    type: str = ""
    """What it holds, a ``FieldType``."""

    column_index: int | None = field(default=None, metadata=wire("columnIndex"))
    """Its place among the columns; the key of its value among a contact's custom fields."""

    standard_field: str | None = field(default=None, metadata=wire("standardFieldMapping"))
    """The standard field that it is, if any; besides ``StandardField`` others have been seen."""

    required: bool = False
    """Whether every contact must have a value."""

    read_only: bool = field(default=False, metadata=wire("readonly"))
    """Whether its values cannot be changed."""

    hidden: bool = False
    """Whether people do not see it."""


@frozen
class ContactSchema:
    """The fields of the account's contacts."""

    account_id: str = field(default="", metadata=wire("accountId"))
    """The account's number."""

    columns: tuple[SchemaField, ...] = ()
    """The fields in their order."""


@frozen
class Written(Generic[T]):
    """The server's word that a write of the audience service was done."""

    source: T | None = field(default=None, repr=masked_repr)
    """What was written, in its present state, where the server tells it."""

    object_id: str | None = field(default=None, metadata=wire("objectId"))
    """The id of what was written, where the server tells it."""

    status_code: int | None = field(default=None, metadata=wire("statusCode"))
    """The status that the body names."""

    error_message: str | None = field(default=None, repr=masked_repr, metadata=wire("errorMessage"))
    """What the server remarks."""

    is_success: bool | None = field(default=None, metadata=wire("isSuccess"))
    """True, where the server tells it; a write that did not succeed raises."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the answer said."""
