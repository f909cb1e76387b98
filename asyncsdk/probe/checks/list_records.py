"""Checks of the records of a list, as pages of them are read."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final

from asyncsdk.api import Lists
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.check import Check, NothingToAsk
from asyncsdk.probe.checks import filter_unit
from asyncsdk.probe.checks.lists import CONTACT_LISTS
from asyncsdk.probe.checks.one_call import asks
from asyncsdk.probe.fact import Fact, value_fact
from asyncsdk.probe.key_names import KeyNames
from asyncsdk.probe.list_page import headings_of, rows_of

__all__ = ["CHECKS", "FILLED_LIST", "UNKNOWN_LIST", "first_rows"]

UNKNOWN_LIST: Final = "l-fffffff0"
PAGE: Final = 1000
_LARGEST: Final = 20_000
"""Records of a list that is read without a count, in case that this means all of them."""

_ROUTE: Final = "lists.download"
_PAGE: Final = KeyNames(frozenset(), plain_above=1)
"""A page of records: within it, a key would be a heading."""


def _size(told: Mapping[str, Any]) -> int:
    size = str(told.get("sourceSize", ""))
    return int(size) if size.isdecimal() and len(size) < 12 else 0


FILLED_LIST: Final = CONTACT_LISTS.first(fits=lambda told: _size(told) > 0)
LARGE_LIST: Final = CONTACT_LISTS.first(fits=lambda told: PAGE < _size(told) <= _LARGEST)


async def first_rows(account: ProbedAccount) -> Answer:
    """The first records of a list that holds some.

    Raises:
        NothingToAsk: the account shows no such list.
    """
    answer = await account.read(Lists.download, await FILLED_LIST.find(account), count=5)
    if not rows_of(answer):
        raise NothingToAsk("the account shows no list with records")
    return answer


async def _page(account: ProbedAccount) -> AsyncGenerator[Fact]:
    answer = await first_rows(account)
    headers = headings_of(answer)
    yield answer_fact("lists.download: answer", answer, _PAGE)
    yield value_fact("lists.download: first column is _contact_id_", headers[:1] == ["_contact_id_"], route=_ROUTE)
    fits = answer.object.get("count") == len(rows_of(answer))
    yield value_fact("lists.download: count is the number of records", fits, route=_ROUTE)
    widths = {len(row) for row in rows_of(answer)}
    yield value_fact("lists.download: rows are as wide as headers", widths == {len(headers)}, route=_ROUTE)


async def _fields(account: ProbedAccount) -> AsyncGenerator[Fact]:
    headers = headings_of(await first_rows(account))
    if len(headers) < 2:
        raise NothingToAsk("the list has no column")
    answer = await account.read(
        Lists.download, await FILLED_LIST.find(account), count=5, fields=[headers[-1].replace(";", "")]
    )
    yield answer_fact("lists.download: one field", answer, _PAGE)
    shown = headings_of(answer)
    has_id = "_contact_id_" in shown if shown else None
    yield value_fact("lists.download: one field comes with _contact_id_", has_id, route=_ROUTE)


async def _date_qualifiers(account: ProbedAccount) -> AsyncGenerator[Fact]:
    plain = set(headings_of(await first_rows(account)))
    answer = await account.read(Lists.download, await FILLED_LIST.find(account), count=5, date_qualifiers=True)
    yield answer_fact("lists.download: date qualifiers", answer, _PAGE)
    added = [
        heading if heading.startswith("_") else "<heading>"
        for heading in headings_of(answer)
        if heading not in plain
    ]
    yield value_fact("lists.download: headings of the date qualifiers", added, route=_ROUTE)


async def _page_size(account: ProbedAccount) -> AsyncGenerator[Fact]:
    list_id = await LARGE_LIST.find(account)
    answer = await account.read(Lists.download, list_id)
    yield value_fact("lists.download: records of a page without count", len(rows_of(answer)), route=_ROUTE)


async def _count_beyond(account: ProbedAccount) -> AsyncGenerator[Fact]:
    list_id = await LARGE_LIST.find(account)
    answer = await account.read(Lists.download, list_id, query={"count": str(PAGE + 1)})
    yield answer_fact("lists.download: count of 1001", answer, _PAGE)
    rows = None if answer.refused else len(rows_of(answer))
    yield value_fact("lists.download: records of a page with count 1001", rows, route=_ROUTE)


async def _no_count(account: ProbedAccount) -> AsyncGenerator[Fact]:
    answer = await account.read(Lists.download, await FILLED_LIST.find(account), query={"count": "0"})
    yield answer_fact("lists.download: count of 0", answer, _PAGE)
    yield value_fact("lists.download: a count of 0 gives no record", not rows_of(answer), route=_ROUTE)


async def _filters(account: ProbedAccount) -> AsyncGenerator[Fact]:
    await first_rows(account)
    list_id = await FILLED_LIST.find(account)
    for name in ("modafter", "createdafter"):

        async def shows(value: str, name: str = name) -> bool:
            return bool(rows_of(await account.read(Lists.download, list_id, query={name: value}, count=1)))

        unit = await filter_unit.unit_of_filter(shows)
        yield value_fact(f"lists.download: {name} takes", unit, route=_ROUTE)


async def _total_of_filtered(account: ProbedAccount) -> AsyncGenerator[Fact]:
    total = (await first_rows(account)).object.get("totalCount")
    ahead = {"modafter": str(filter_unit.FAR_AHEAD * 1000)}
    answer = await account.read(Lists.download, await FILLED_LIST.find(account), query=ahead, count=1)
    yield answer_fact("lists.download: nothing modified since", answer, _PAGE)
    told = answer.object.get("totalCount")
    words = "of the whole list" if told == total else "of what is left" if told == 0 else "another number"
    yield value_fact("lists.download: totalCount of a filtered page", words, route=_ROUTE)


CHECKS: Final = (
    Check("lists.download: answer", "What does a page of records look like?", 1, _page),
    Check("lists.download: one field", "What does a page of one field hold besides?", 1, _fields),
    Check("lists.download: date qualifiers", "What do date qualifiers add to a page?", 1, _date_qualifiers),
    Check(
        "lists.download: default page size", "How many records are there in a page without count?", 1, _page_size
    ),
    Check("lists.download: count of 1001", "What does a count above the documented limit give?", 1, _count_beyond),
    Check("lists.download: count of 0", "What does a count of 0 give?", 1, _no_count),
    Check("lists.download: units of filters", "Do date filters take milliseconds or seconds?", 8, _filters),
    Check(
        "lists.download: totalCount of a filtered page", "What does totalCount count there?", 1, _total_of_filtered
    ),
    asks(Lists.download, "How is an unknown list refused?", "unknown list", list_id=UNKNOWN_LIST, count=1),
    asks(Lists.download, "How is an id of no list refused?", "not an id of a list", list_id="nothing", count=1),
    asks(
        Lists.download,
        "How is an unknown column refused?",
        "unknown field",
        list_id=FILLED_LIST,
        count=1,
        fields=["asyncsdk probe: no such column"],
    ),
)
