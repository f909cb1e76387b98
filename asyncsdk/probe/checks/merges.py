"""Checks that merge files into a list of their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any, Final

from asyncsdk.api import Lists
from asyncsdk.models import Column
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.check import Access, Check
from asyncsdk.probe.fact import Fact
from asyncsdk.probe.job_polls import POLLS, job_facts
from asyncsdk.probe.list_facts import records_facts
from asyncsdk.probe.scratch_list import (
    COLUMNS,
    HEADINGS,
    REMOVAL_CALLS,
    address,
    csv_file,
    empty_list,
)

__all__ = ["CHECKS"]

_JOB: Final = 1 + POLLS
"""Calls of one merge: the file, and the looks at its job."""

_ADA: Final = (address("1"), "Ada", "one")
_BERT: Final = (address("2"), "Bert", "two")
_CLEO: Final = (address("3"), "Cleo", "three")


async def _merge(
    name: str, account: ProbedAccount, list_id: str, rows: Sequence[tuple[str, ...]], **arguments: Any
) -> AsyncIterator[Fact]:
    """Merge rows, and give the facts of the answer and of the job."""
    given: dict[str, Any] = {"file": csv_file(rows), "columns": COLUMNS, **arguments}
    async for fact in job_facts(f"lists.merge, {name}", account, await account.call(Lists.merge, list_id, **given)):
        yield fact


async def _records(
    name: str, account: ProbedAccount, list_id: str, expected: Sequence[tuple[str, ...]]
) -> AsyncIterator[Fact]:
    page = await account.call(Lists.download, list_id)
    for fact in records_facts(name, page, expected):
        yield fact


async def _upsert(account: ProbedAccount) -> AsyncGenerator[Fact]:
    changed = (address("2").upper(), "Bert", "changed")
    async with empty_list(account) as list_id:
        async for fact in _merge("UPSERT, new rows", account, list_id, [_ADA, _BERT]):
            yield fact
        async for fact in _merge("UPSERT, the same rows again", account, list_id, [_ADA, _BERT]):
            yield fact
        name = "UPSERT, one new row and one whose address is in capitals"
        async for fact in _merge(name, account, list_id, [_CLEO, changed]):
            yield fact
        async for fact in _records("after UPSERT", account, list_id, [_ADA, _CLEO, changed]):
            yield fact


async def _append(account: ProbedAccount) -> AsyncGenerator[Fact]:
    async with empty_list(account) as list_id:
        for name in ("APPEND, new rows", "APPEND, the same rows again"):
            async for fact in _merge(name, account, list_id, [_ADA, _BERT], mode="APPEND"):
                yield fact
        name = "APPEND_NO_DUPLICATES, one new row and one that is there"
        async for fact in _merge(name, account, list_id, [_ADA, _CLEO], mode="APPEND_NO_DUPLICATES"):
            yield fact
        name = "UPDATE_ONLY, one row that is there twice and one that is not"
        nobody = (address("4"), "Dora", "four")
        async for fact in _merge(
            name, account, list_id, [(_BERT[0], "Bert", "changed"), nobody], mode="UPDATE_ONLY"
        ):
            yield fact
        expected = [_ADA, _ADA, _BERT, (_BERT[0], "Bert", "changed"), _CLEO]
        async for fact in _records("after APPEND and UPDATE_ONLY", account, list_id, expected):
            yield fact


async def _empty_cells(account: ProbedAccount) -> AsyncGenerator[Fact]:
    blank = (_ADA[0], "", "")
    async with empty_list(account) as list_id:
        async for fact in _merge("UPSERT, a row twice in one file", account, list_id, [_ADA, _ADA]):
            yield fact
        async for fact in _merge("UPSERT, empty cells", account, list_id, [blank]):
            yield fact
        async for fact in _records("after empty cells", account, list_id, [_ADA]):
            yield fact
        name = "UPSERT, empty cells with putEmptyValues"
        async for fact in _merge(name, account, list_id, [blank], put_empty_values=True):
            yield fact
        async for fact in _records("after empty cells with putEmptyValues", account, list_id, [blank]):
            yield fact


async def _columns(account: ProbedAccount) -> AsyncGenerator[Fact]:
    backwards = tuple(reversed(COLUMNS))
    row = tuple(reversed(_ADA))
    async with empty_list(account) as list_id:
        file = csv_file([row], reversed(HEADINGS))
        name = "UPSERT, columns in another order than the list's"
        async for fact in _merge(name, account, list_id, [], file=file, columns=backwards):
            yield fact
        async for fact in _records("after columns in another order", account, list_id, [_ADA]):
            yield fact


async def _wrong(account: ProbedAccount) -> AsyncGenerator[Fact]:
    lower = tuple(Column(each.heading.lower(), each.type) for each in COLUMNS)
    wrong: tuple[tuple[str, dict[str, Any]], ...] = (
        ("a heading that the list lacks", {"columns": (*COLUMNS[:2], Column("Another Heading"))}),
        ("headings in small letters", {"columns": lower}),
        ("a column that the file lacks", {"columns": (*COLUMNS, Column("Another Heading"))}),
        ("a key that the file lacks", {"key": "Another Heading"}),
        ("an empty file", {"file": b""}),
    )
    async with empty_list(account) as list_id:
        for what, arguments in wrong:
            given: dict[str, Any] = {"file": csv_file([_ADA]), "columns": COLUMNS, **arguments}
            yield answer_fact(f"lists.merge, {what}: answer", await account.call(Lists.merge, list_id, **given))
    gone = await account.call(Lists.merge, list_id, file=csv_file([_ADA]), columns=COLUMNS)
    yield answer_fact("lists.merge, a list that is gone: answer", gone)


CHECKS: Final = (
    Check(
        "lists.merge: UPSERT",
        "Does a row that is sent twice by UPSERT count as updated, and are addresses compared without case?",
        2 + 3 * _JOB + REMOVAL_CALLS,
        _upsert,
        Access.WRITE,
    ),
    Check(
        "lists.merge: APPEND and UPDATE_ONLY",
        "What do the other merge modes count, and does APPEND add a row twice?",
        2 + 4 * _JOB + REMOVAL_CALLS,
        _append,
        Access.WRITE,
    ),
    Check(
        "lists.merge: wrong columns",
        "How is a merge refused whose columns, key or file are wrong?",
        7 + REMOVAL_CALLS,
        _wrong,
        Access.WRITE,
    ),
    Check(
        "lists.merge: order of columns",
        "Must the columns of a merge stand where the list's stand?",
        2 + _JOB + REMOVAL_CALLS,
        _columns,
        Access.WRITE,
    ),
    Check(
        "lists.merge: empty cells",
        "Does an empty cell keep what is there, and does putEmptyValues erase it?",
        3 + 3 * _JOB + REMOVAL_CALLS,
        _empty_cells,
        Access.WRITE,
    ),
)
