"""Parser of the JSON texts that describe an upload: ``uploadspecs`` and ``mergespecs``."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any, Final

from asyncsdk.emulator.http.json_reader import objects_in, read_json
from asyncsdk.emulator.http.responses import UNPUBLISHED, Refusal, refusal
from asyncsdk.models import Column, ColumnType, MergeMode

__all__ = ["columns_of", "merge_specs"]

TYPES: Final[frozenset[str]] = frozenset(typing.get_args(ColumnType))
MODES: Final[frozenset[str]] = frozenset(typing.get_args(MergeMode))


def bad_specs() -> Refusal:
    """The only text that is known about bad upload specs; its number is not."""
    return refusal(UNPUBLISHED, "Upload specs contain an invalid column type value.")


def columns_of(text: str) -> list[Column]:
    """Read ``uploadspecs``: the columns by their index, holes filled with ignored ones.

    Raises:
        Refusal: they are malformed, or not exactly one is of type EMAIL.
    """
    placed: dict[int, Column] = {}
    for spec in _array(text) or _refuse():
        index = _index(spec.get("columnIndex"))
        column = _column(spec)
        if index in placed:
            raise bad_specs()
        placed[index] = column
    kept = [column for column in placed.values() if not column.ignore]
    if sum(column.type == "EMAIL" for column in kept) != 1:
        raise bad_specs()
    hole = Column("", ignore=True)
    return [placed.get(index, hole) for index in range(max(placed) + 1)]


def _column(spec: Mapping[str, Any]) -> Column:
    heading, kind = spec.get("columnHeading"), spec.get("columnType")
    if not isinstance(heading, str) or ("columnType" in spec and not _is_one_of(kind, TYPES)):
        raise bad_specs()
    return Column(heading, typing.cast("Any", kind), spec.get("ignoreColumn") == "Y")


def _is_one_of(value: object, words: frozenset[str]) -> bool:
    return isinstance(value, str) and value in words


def _index(value: object) -> int:
    """A number, or a number as text: sources write both. The upper bound keeps holes few."""
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 5):
        raise bad_specs()
    return int(text)


def merge_specs(text: str | None, path: Mapping[str, str]) -> Mapping[str, Any]:
    """Read ``mergespecs``: the arguments of ``lists.merge`` that travel in it.

    Raises:
        Refusal: they are malformed, or name another list than the path (a guess).
    """
    members = _array(text or "")
    invalid = refusal(10025, "Invalid or missing merge destination list")
    if not members or len(members) != 1:
        raise invalid
    specs = members[0]
    if specs.get("dstListId") != path["list_id"] or not _is_one_of(specs.get("mergeMode"), MODES):
        raise invalid
    if specs.get("columnMap") != []:
        raise invalid
    return {
        "mode": specs["mergeMode"],
        "key": str(specs.get("mergeKeyHeading") or "") or None,
        "segment": str(specs.get("createSegment", "")) == "1",
    }


def _array(text: str) -> list[dict[str, Any]] | None:
    """An array of objects in JSON; None for anything else."""
    try:
        return objects_in(read_json(text))
    except ValueError:
        return None


def _refuse() -> list[dict[str, Any]]:
    raise bad_specs()
