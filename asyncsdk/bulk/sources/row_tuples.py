"""Row tuples: rows that are mappings or objects, as tuples with the names of their columns."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from operator import attrgetter, itemgetter
from typing import Any, cast

import attrs

from asyncsdk.bulk.sources.chunk import Chunk
from asyncsdk.errors import InvalidArgument

__all__ = ["row_tuples"]


def row_tuples(batch: Sequence[Any], first: int) -> Iterator[Chunk]:
    """Rows as tuples, in chunks whose rows have the same columns."""
    kinds: set[type[Any]] = set(map(type, batch))
    kind: type[Any] = batch[0].__class__
    if kinds == {kind} and _has_fields(kind):
        yield Chunk(first, *_tuples_of_objects(kind, batch))
        return
    if kinds != {dict} and not all(isinstance(row, Mapping) for row in batch):
        yield from _one_by_one(batch, first)
        return
    names = tuple(batch[0])
    fills_gaps = any(hasattr(kind, "__missing__") for kind in kinds)
    if not fills_gaps and set(map(len, batch)) == {len(names)}:
        try:
            yield Chunk(first, _texts(names), list(map(_getter(itemgetter, names), batch)))
        except KeyError:
            pass
        else:
            return
    union = tuple(dict.fromkeys(name for row in batch for name in row))
    yield Chunk(first, _texts(union), [tuple(map(row.get, union)) for row in batch])


def _one_by_one(batch: Sequence[Any], first: int) -> Iterator[Chunk]:
    for number, row in enumerate(batch, first):
        if not isinstance(row, Mapping) and not _has_fields(row.__class__):
            raise InvalidArgument(
                f"Row {number} must be a mapping, an attrs object or a dataclass object, not {type(row).__name__}."
                f"{_hint(row)} Nothing was sent."
            )
        yield from row_tuples([row], number)


def _hint(row: object) -> str:
    """How to make a mapping of what is often given in place of one."""
    if inspect.iscoroutine(row):
        row.close()
        return " Await it first."
    if hasattr(row, "_asdict"):
        return " Its _asdict() gives one."
    if isinstance(row, (tuple, list)):
        return " Name its values: dict(zip(columns, row))."
    return ""


def _has_fields(kind: type[Any]) -> bool:
    return attrs.has(kind) or is_dataclass(kind)


def _tuples_of_objects(kind: type[Any], batch: Sequence[Any]) -> tuple[tuple[str, ...], list[Any]]:
    """A field is named by its ``wire`` metadata, as the models of this library are, or by itself."""
    declared = attrs.fields(kind) if attrs.has(kind) else fields(kind)
    names = tuple(field.metadata.get("wire", (field.name,))[0] for field in declared)
    return names, list(map(_getter(attrgetter, tuple(field.name for field in declared)), batch))


def _getter(make: Callable[..., Any], names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Gets several things as a tuple, also where it is only one."""
    if len(names) == 1:
        one = make(*names)
        return lambda row: (one(row),)
    return cast("Callable[[Any], tuple[Any, ...]]", make(*names)) if names else lambda _: ()


def _texts(names: tuple[Any, ...]) -> tuple[str, ...]:
    for name in names:
        if not isinstance(name, str):
            raise InvalidArgument(f"The columns of a row are named by texts, not by {type(name).__name__}.")
    return names
