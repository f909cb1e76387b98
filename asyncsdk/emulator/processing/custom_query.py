"""Queries on custom objects: selected fields, sorting, search and pages.

Fields, sorting, searching and paging work. Contacts are not joined, so that their fields are empty, and filters
are refused, for their grammar is not published. The shape of the answer is a guess.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import field, frozen

from asyncsdk.emulator.http.json_reader import array_in, object_in
from asyncsdk.emulator.state.custom_rows import OWN_NAMES, CustomRowRepository, ObjectRow, RowQuery
from asyncsdk.emulator.state.custom_schemas import Dataset, ObjectSchema, bad_request

__all__ = ["ObjectQuery"]

SIZE: Final = 20
"""Rows of a page; the number is that of a documented example."""

OWN, OTHER = "co.", "aoc."
SELECTED, SORTED = 2000, 10


@frozen
class ObjectQuery:
    """A query as it was sent."""

    schema: ObjectSchema
    select: Any
    sort: Any
    page: Any
    size: Any
    strategy: Any
    token: Any
    search: Any = None
    filter: Any = None
    zone: Any = None
    names: Sequence[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        if self.filter is not None:
            raise bad_request("Filters are not emulated: their grammar is not published")
        if self.search is not None and not isinstance(self.search, str):
            raise bad_request("Invalid searchTerm")
        if self.zone is not None and not _is_zone(self.zone):
            raise bad_request("Invalid datetimeFieldsTimezone")
        object.__setattr__(self, "names", self._selected())

    def answer(self, rows: CustomRowRepository, dataset: Dataset) -> Mapping[str, Any]:
        """The page that was asked for."""
        size = SIZE if self.size is None else _whole("size", self.size, least=1)
        by_token = self.strategy == "CURSOR"
        if self.strategy not in (None, "OFFSET", "CURSOR"):
            raise bad_request("Invalid pageStrategy")
        start = _place_of(self.token) if by_token else _whole("page", self.page or 0) * size
        found, total = rows.find(dataset, RowQuery(self.search, self._sorted(), start, size))
        end = start + len(found)
        pagination: dict[str, Any] = {"size": size, "pageStrategy": self.strategy or "OFFSET"}
        if by_token:
            pagination["nextPageToken"] = _token(end) if end < total else None
        else:
            pagination |= {"page": start // size, "totalElements": total}
        return {"data": [self._shown(row) for row in found], "pagination": pagination}

    def _shown(self, row: ObjectRow) -> dict[str, Any]:
        return {name: row.value(name.removeprefix(OWN)) if name.startswith(OWN) else None for name in self.names}

    def _selected(self) -> list[str]:
        everything = [OWN + name for name in (*OWN_NAMES, *self.schema.names)]
        if self.select is None:
            return everything
        chosen = _array("selectFields", self.select, SELECTED)
        names: list[str] = []
        for name in chosen:
            names += everything if name == f"{OWN}*" else [] if name == f"{OTHER}*" else [self._known(name)]
        return names

    def _sorted(self) -> list[tuple[str, bool]]:
        order: list[tuple[str, bool]] = []
        for each in _array("sortFields", self.sort or [], SORTED):
            told = object_in(each)
            if told.get("direction") not in (None, "asc", "desc"):
                raise bad_request("Invalid sort direction")
            name = self._known(told.get("field"))
            if name.startswith(OWN):
                order.append((name.removeprefix(OWN), told.get("direction") == "desc"))
        return order

    def _known(self, name: object) -> str:
        """A field's name with its prefix; which fields contacts have is not looked at."""
        if isinstance(name, str) and name.startswith(OTHER):
            return name
        if isinstance(name, str) and name in {OWN + own for own in (*OWN_NAMES, *self.schema.names)}:
            return name
        raise bad_request(f"Unknown field: {name}")


def _array(name: str, value: object, most: int) -> Sequence[object]:
    members = array_in(value)
    if members is None:
        raise bad_request(f"Invalid {name}")
    if len(members) > most:
        raise bad_request(f"{name} has more than {most} members")
    return members


def _whole(name: str, value: object, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise bad_request(f"Invalid {name}")
    return value


def _is_zone(name: object) -> bool:
    try:
        ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(f"row {start}".encode()).decode()


def _place_of(token: object) -> int:
    """The offset that a token means."""
    if token is None:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(str(token)).decode().partition(" ")
        if word == "row":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise bad_request("Invalid nextPageToken")
