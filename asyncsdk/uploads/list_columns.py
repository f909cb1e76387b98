"""List columns, and the mapping of the input's columns to them: each has one place there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Final

from attrs import field, frozen

from asyncsdk.api import Lists
from asyncsdk.errors import InvalidArgument
from asyncsdk.http.call_count import CallCount
from asyncsdk.models.lists import Column, ListPage
from asyncsdk.routing.route import route_of
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.caller import UploadCaller, call_in_background
from asyncsdk.uploads.column_renames import ColumnNames
from asyncsdk.uploads.column_types import guess_column_type

__all__ = ["KEY", "ColumnMapper", "ListColumns", "columns_of", "fetch_columns"]

SEPARATORS: Final = ";\t|"
"""What separates the cells of files in place of a comma."""

KEY: Final = "email"
"""The usual name of the address in rows, besides the list's heading."""


@frozen
class ListColumns:
    """The columns of a list."""

    list_id: str
    headings: tuple[str, ...]
    email: int
    """The place of the address among them."""

    def upload_columns(self, touched: frozenset[int] | None = None) -> list[Column]:
        """The columns of an upload, one for each of the list's, so that the indexes agree.

        Args:
            touched: the places that the file writes to; the others are left out of it. None: all.
        """
        return [
            Column(
                heading,
                "EMAIL" if place == self.email else None,
                # A heading that the list has twice names no column, and cannot be written.
                (touched is not None and place not in touched) or self.headings.count(heading) > 1,
            )
            for place, heading in enumerate(self.headings)
        ]


def columns_of(page: ListPage) -> ListColumns:
    """Columns of a list, from a page of it.

    Raises:
        InvalidArgument: the list has no column of addresses.
    """
    email = page.email_column
    if email is None or not 0 < email < len(page.headers):
        raise InvalidArgument(f"The list {page.list_id} has no column of e-mail addresses to match rows by.")
    return ListColumns(page.list_id, page.headers[1:], email - 1)


async def fetch_columns(caller: UploadCaller, list_id: str, counter: CallCount) -> ListColumns:
    """Read the columns of a list: one call.

    Args:
        caller: makes the call.
        list_id: the list.
        counter: counts the call.

    Raises:
        InvalidArgument: the list has no column of addresses.
    """
    arguments = _DOWNLOAD.bind((), {"list_id": list_id, "count": 1})
    page = await call_in_background(caller, _DOWNLOAD, arguments, CallOptions(counter=counter))
    return columns_of(page)


@frozen
class ColumnMapper:
    """Maps the input's columns to the list's.

    Args:
        columns: the list's columns.
        key: what the input calls the address.
        naming: which of the input's columns are called otherwise in the list, and which are left out.
    """

    columns: ListColumns
    key: str = KEY
    naming: ColumnNames = field(factory=ColumnNames)
    _indexes: dict[tuple[str, ...], tuple[int, ...]] = field(
        factory=dict[tuple[str, ...], tuple[int, ...]], init=False, repr=False, eq=False
    )

    def __attrs_post_init__(self) -> None:
        address = self.columns.headings[self.columns.email]
        if self.key in self.columns.headings and self.key not in {address, KEY}:
            raise InvalidArgument(
                f"Rows are matched by their address, in the list's column {address!r}. key says what the rows call"
                f" it, and {self.key!r} is another column of the list. Nothing was sent."
            )

    def indexes(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Index in the list of each name; blanks around a name do not count.

        Raises:
            InvalidArgument: a name is unknown or ambiguous, or two of them mean the same column.
        """
        known = self._indexes.get(names)
        if known is None:
            known = self._indexes[names] = self._aligned(names)
        return known

    def _aligned(self, names: tuple[str, ...]) -> tuple[int, ...]:
        found = [self._place(name) for name in names]
        problems = [place for place in found if isinstance(place, str)]
        places = [place for place in found if isinstance(place, int)]
        for place in dict.fromkeys(places):
            same = [name for name, other in zip(names, found, strict=True) if other == place]
            if len(same) > 1:
                heading = self.columns.headings[place]
                problems.append(f"{' and '.join(map(repr, same))} both mean the column {heading!r}")
        if problems and any("@" in name for name in names):
            raise self.mismatch(
                "the first row holds no headings, but an address"
            )  # and perhaps more that is private
        if problems:
            raise self.mismatch("; ".join(problems))
        return tuple(places)

    def mismatch(self, problem: str) -> InvalidArgument:
        """The error that says what is wrong with the input's columns."""
        return InvalidArgument(
            f"These rows do not fit the list {self.columns.list_id}: {problem}. Its columns are"
            f" {', '.join(map(repr, self.columns.headings))}. Nothing was sent."
        )

    def _place(self, name: str) -> int | str:
        """A name's place, or what is wrong with it."""
        meant = self.naming.renamed(name)
        if meant is None:
            return self._place_of(name)
        place = self._place_of(meant)
        return place if isinstance(place, int) else f"{name!r} is mapped, and {place}"

    def _place_of(self, name: str) -> int | str:
        headings = self.columns.headings
        same = _all(headings, lambda heading: heading == name)
        name = name if same else name.strip()
        if not same and name == self.key.strip():
            return self.columns.email
        same = same or _all(headings, lambda heading: heading == name)
        same = same or _all(headings, lambda heading: heading.strip().casefold() == name.casefold())
        kind = guess_column_type(name)
        if not same and kind == name:
            if kind == "EMAIL":
                return self.columns.email
            same = _all(headings, lambda heading: guess_column_type(heading) == kind)
        if len(same) == 1:
            return same[0]
        if same:
            return f"{name!r} fits {' and '.join(repr(headings[place]) for place in same)}"
        return f"{name!r} is unknown{_hint(name, headings)}"


def _hint(name: str, headings: Sequence[str]) -> str:
    """What may have been meant."""
    separator = next((mark for mark in SEPARATORS if mark in name), None)
    if separator is not None:
        return f" (are the cells of the file separated by {separator!r}?)"
    near = get_close_matches(name, headings, n=1, cutoff=0.5)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _all(headings: Sequence[str], fits: Callable[[str], bool]) -> list[int]:
    return [place for place, heading in enumerate(headings) if fits(heading)]


_DOWNLOAD: Final = route_of(Lists.download)
