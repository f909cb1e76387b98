"""One page of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar, cast, overload

from attrs import field, frozen

from asyncsdk.message import Json
from asyncsdk.models.wire import REST, nothing, wire

__all__ = ["Page", "envelope_of"]

T = TypeVar("T")

_ITEMS = ("result", "msgresult")
_COMPLAINTS = ("errors", "errorList")


@frozen
class Page(Generic[T]):
    """A part of a list; also a sequence of its items."""

    items: tuple[T, ...] = field(default=(), metadata=wire(*_ITEMS))
    """What the page holds."""

    offset: int = 0
    """The place of the first item in the whole list, from 0, where the server tells it."""

    count: int = 0
    """How many items the server says the page holds."""

    total_count: int = field(default=-1, metadata=wire("totalCount"))
    """How many items the whole list holds; -1 where the server does not count, as in the suppression lists."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the answer said."""

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.items[index]


def envelope_of(body: Json) -> Json:
    """An answer that holds a page, brought into the shape that is published for the ``/api/1`` lists.

    The envelopes of the other lists are not published. What is taken for the items is the answer itself if it
    is an array, or else the one array that it holds, or that the one object in it holds.

    Raises:
        ValueError: it holds no array, or several.
    """
    while True:
        if isinstance(body, list):
            return _envelope(body, {})
        told = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
        if any(name in told for name in _ITEMS):
            return told
        arrays = [key for key, value in told.items() if isinstance(value, list) and key not in _COMPLAINTS]
        if len(arrays) == 1:
            rest = {key: value for key, value in told.items() if key != arrays[0]}
            return _envelope(told[arrays[0]], rest)
        inner = [key for key, value in told.items() if isinstance(value, dict)]
        if arrays or len(inner) != 1:
            keys = ", ".join(sorted(told)) or "of the answer"
            raise ValueError(f"no items could be made out among the keys {keys}")
        body = told[inner[0]]


def _envelope(items: Any, rest: Mapping[str, Json]) -> Json:
    return {"count": len(items), **rest, "result": items}
