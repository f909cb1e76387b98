"""Parameter types that several routes share, such as a filter or the size of a page."""

from __future__ import annotations

from typing import Annotated, TypeAlias, TypeVar

from asyncsdk.routing.markers import EPOCH_SECONDS, Flag, Joined, Maximum, WireName

__all__ = [
    "CreatedAfter",
    "CreatedBefore",
    "DateQualifiers",
    "Headings",
    "ModifiedAfter",
    "ModifiedBefore",
    "PageCount",
    "PageSize",
    "SuppressedAfter",
    "SuppressedBefore",
]

T = TypeVar("T")

PageCount: TypeAlias = Annotated[int | None, Maximum(1000)]
PageSize: TypeAlias = Annotated[int | None, WireName("pageSize")]

Headings: TypeAlias = Annotated[T, Joined(";")]
DateQualifiers: TypeAlias = Annotated[T, WireName("datequalifiers"), Flag("true", "false")]

ModifiedAfter: TypeAlias = Annotated[T, WireName("modafter")]
ModifiedBefore: TypeAlias = Annotated[T, WireName("modbefore")]
CreatedAfter: TypeAlias = Annotated[T, WireName("createdafter")]
CreatedBefore: TypeAlias = Annotated[T, WireName("createdbefore")]

SuppressedAfter: TypeAlias = Annotated[T, WireName("createdafter"), EPOCH_SECONDS]
"""In seconds, as an older page of the documentation has it; newer ones name no unit."""

SuppressedBefore: TypeAlias = Annotated[T, WireName("createdbefore"), EPOCH_SECONDS]
