"""Facts of a page of a list that a probe has made: its columns, and what its records hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from asyncsdk.probe.answer import Answer
from asyncsdk.probe.fact import Fact
from asyncsdk.probe.list_page import headings_of, rows_of
from asyncsdk.probe.masked_words import masked_words
from asyncsdk.probe.scratch_list import HEADINGS

__all__ = ["headings_facts", "records_facts"]

_ROUTE: Final = "lists.download"


def headings_facts(name: str, page: Answer) -> Iterator[Fact]:
    """The headings of a list of its own, in their order, and which of them is the address."""
    headers = headings_of(page)
    told = [each if each in HEADINGS else masked_words(each) for each in headers]
    yield Fact(f"{name}: headings", ", ".join(told) or "none", route=_ROUTE)
    column = page.object.get("emailColumn")
    yield Fact(f"{name}: emailColumn", column if isinstance(column, int) else None, route=_ROUTE)


def records_facts(name: str, page: Answer, expected: Sequence[tuple[str, ...]]) -> Iterator[Fact]:
    """Facts of the records of a page: how many it has, and how many of those that are expected, cell by cell.

    Args:
        name: what was done before.
        page: the page.
        expected: cells in the order of ``HEADINGS``; none, where only their number is asked for.
    """
    headers = headings_of(page)
    rows = rows_of(page)
    yield Fact(f"{name}: records", len(rows), route=_ROUTE)
    if not expected or not set(HEADINGS) <= set(headers):
        return
    places = [headers.index(heading) for heading in HEADINGS]
    found = [tuple(row[place] for place in places) for row in rows if len(row) == len(headers)]
    there = sum(min(found.count(row), expected.count(row)) for row in set(expected))
    yield Fact(f"{name}: records as they were sent", there, route=_ROUTE)
