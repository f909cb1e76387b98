"""Models of ``imports``: imports of contacts into the audience, their definitions and their results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire
from asyncsdk.redaction import masked_repr

__all__ = [
    "ImportDefinition",
    "ImportDelimiter",
    "ImportMapping",
    "ImportQuote",
    "ImportReport",
    "MergeStrategy",
]

MergeStrategy: TypeAlias = Literal["EMAIL", "EXTERNAL_ID"]
"""What an import finds contacts by: their address, or the id that another system knows them by."""

ImportDelimiter: TypeAlias = Literal["COMMA", "SEMI_COLON", "TAB"]
"""What separates the cells of an import's file."""

ImportQuote: TypeAlias = Literal["QUOTE", "SIMPLE_QUOTE"]
"""What quotes the cells of an import's file: double or single quotes."""


@frozen
class ImportMapping:
    """Which column of the file goes into which field of the contacts."""

    csv_column: str = field(default="", metadata=wire("csvColumn"))
    """The column's heading in the file."""

    acton_column: str = field(default="", metadata=wire("actonColumn"))
    """The field's display name in Act-On; ``ExternalId`` for the id that another system gave."""

    overwrite: bool = field(default=False, metadata=wire("overwriteExistingValue"))
    """Whether the file's value replaces the one that is there, also where the file's is empty."""

    date_format: str | None = field(default=None, metadata=wire("dataFormat"))
    """How dates are written, such as ``yyyy-MM-dd``; required for dates, left out for everything else."""


@frozen
class ImportDefinition:
    """How a CSV file becomes contacts; may be used for any number of imports."""

    INSIDE: ClassVar[str] = "data"
    """The key of an answer that holds it, or several."""

    name: str = field(default="", metadata=wire("importDefinitionName"))
    """The definition's name."""

    mappings: Sequence[ImportMapping] = ()
    """Which column goes where."""

    merge_strategy: MergeStrategy = field(default="EMAIL", metadata=wire("mergeStrategy"))
    """What contacts are found by."""

    object_type: str | None = field(default=None, metadata=wire("objectType"))
    """The kind of record that an external id belongs to; required for ``EXTERNAL_ID``."""

    delimiter: ImportDelimiter = "COMMA"
    """What separates the cells."""

    quote: ImportQuote = "QUOTE"
    """What quotes the cells."""

    segment_ids: Sequence[str] | None = field(default=None, metadata=wire("importSegmentIds"))
    """The segments that the imported contacts join."""

    id: str | None = field(default=None, metadata=wire("importDefinitionId"))
    """The definition's id, which Act-On gives."""

    account_id: str | None = field(default=None, metadata=wire("accountId"))
    """The account's number; filled in where it is left out."""


@frozen
class ImportReport:
    """What an import did, counted in rows of the file."""

    created: int = field(default=0, metadata=wire("createdCount"))
    """How many became new contacts."""

    updated: int = field(default=0, metadata=wire("updatedCount"))
    """How many changed contacts that were there."""

    failed: int = field(default=0, metadata=wire("failedCount"))
    """How many could not be stored."""

    rejected: int = field(default=0, metadata=wire("rejectedCount"))
    """How many could not be used."""

    submitted: int = field(default=0, metadata=wire("submittedCount"))
    """How many were handed over to be stored."""

    unsubmitted: int = field(default=0, metadata=wire("unsubmittedCount"))
    """How many were not."""

    error_message: str | None = field(default=None, repr=masked_repr, metadata=wire("errorMessage"))
    """What went wrong, if anything did."""

    definition_id: str | None = field(default=None, metadata=wire("importDefinitionId"))
    """The definition that the import followed."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the status said."""
