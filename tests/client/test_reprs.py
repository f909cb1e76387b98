"""Reprs of objects that are still to be awaited or iterated: each says which of the two."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing

import pytest

from asyncsdk import PasswordGrant, Session
from asyncsdk.emulator import Emulator


@pytest.mark.parametrize(
    ("make", "shown"),
    [
        (
            lambda acton: acton.lists.all(),
            "<Pages of lists.all: 'await' it for one page, or 'async for' over it for every item>",
        ),
        (
            lambda acton: acton.lists.records("l-0001"),
            "<stream of lists.records: 'async for' over it, without 'await'>",
        ),
        (
            lambda acton: acton.lists.rejected_records("bad.csv"),
            "<stream of lists.rejected_records: 'async for' over it, without 'await'>",
        ),
        (
            lambda acton: acton.custom_data.job_report("7"),
            "<stream of custom_data.job_report: 'async for' over it, without 'await'>",
        ),
        (
            lambda acton: acton.lists.arrow("l-0001"),
            "<records as Arrow: 'await' it for one table, or 'async for' over it for batches>",
        ),
    ],
)
async def test_what_is_to_be_done_with_it(make: Callable[[Session], object], shown: str) -> None:
    """Whoever prints it, or forgot a word, reads what to do."""
    async with Session(token="t") as acton:
        assert repr(make(acton)) == shown


async def test_a_stream_can_be_gone_through_step_by_step_and_closed() -> None:
    """``anext`` and ``aclosing`` work as with any async generator, and nothing is left open."""
    async with Emulator() as server:
        leads = server.add_list("Leads", ["Email"], [[f"{number}@example.com"] for number in range(3)])
        grant = PasswordGrant(**server.credentials)
        async with Session(grant=grant, base_url=server.url) as acton:
            async with aclosing(acton.lists.records(leads)) as found:  # type: ignore[type-var]
                assert (await anext(found)).data["Email"] == "0@example.com"
                assert [each.data["Email"] async for each in found] == ["1@example.com", "2@example.com"]
            with pytest.raises(StopAsyncIteration):
                await anext(found)
