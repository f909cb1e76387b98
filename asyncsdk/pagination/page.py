"""Page of a list: its items, and what the server says of the whole list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Generic, TypeVar, overload

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire

__all__ = ["ITEM_KEYS", "Page"]

T = TypeVar("T")

ITEM_KEYS: Final = ("result", "msgresult")
"""Where an answer may hold the items of a page."""


@frozen
class Page(Generic[T]):
    """A part of a list; also a sequence of its items."""

    items: tuple[T, ...] = field(default=(), metadata=wire(*ITEM_KEYS))
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
