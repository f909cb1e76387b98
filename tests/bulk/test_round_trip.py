"""Round trip: any text in any cell comes back, sent by files and by single calls."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asyncsdk import CLEAR
from tests.support.leads import LIST
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

pytestmark = pytest.mark.slow

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CELLS = TEXTS | st.sampled_from(
    ['"', ",", "\n", "\r", "\r\n", "'", ";", "\t", "\x00", " ", "\ufeff", "\u2028", '",\n"']
)
HEADINGS = ("Email", 'A "quoted", heading', "B\nC", "Ünï")
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8)
ODD = [('a,"b"\r\nc', "\r", "\n"), (" x ", "\x00", '"'), ("'", "\ufeff", "\u2028")]


def rows_of(table: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """A table as rows, each with an address of its own."""
    return [
        dict(zip(HEADINGS, (f"user{number}@example.com", *cells), strict=True))
        for number, cells in enumerate(table)
    ]


@settings(max_examples=80)
@example(ODD, "upload")
@example(ODD, "records")
@given(TABLES, st.sampled_from(["upload", "records"]))
def test_any_table_of_any_text_round_trips(table: list[tuple[str, str, str]], via: str) -> None:
    """Cell for cell, what was uploaded is what the list's download gives."""

    @virtual_time
    async def round_trip() -> None:
        async with stage(calls_per_second=None) as (server, acton):
            server.add_list("Leads", HEADINGS, list_id=LIST)
            report = await acton.bulk.upsert(LIST, rows_of(table), via=via)
            assert report.created == len(table)
            down = [dict(row) async for row in acton.lists.download_rows(LIST)]
            wanted = rows_of(table)
            assert sorted(server.rows(LIST)) == sorted([list(row.values()) for row in wanted])
            assert {row["Email"]: row["Ünï"] for row in down} == {row["Email"]: row["Ünï"] for row in wanted}

    round_trip()


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a@example.com", "A@Example.com", " b@example.com", "c@example.com", "nobody", ""]),
            *[st.none() | st.just(CLEAR) | st.sampled_from(["", "x", "y,"])] * 3,
        ),
        max_size=12,
    ),
    st.sampled_from(["upload", "records"]),
)
def test_any_rows_end_as_if_they_were_written_one_after_the_other(table: list[tuple[Any, ...]], via: str) -> None:
    """Repeats, clears and kept cells: the list is what writing row by row gives, and the outcomes add up."""

    @virtual_time
    async def run() -> None:
        before = [["b@example.com", "1", "2", "3"], ["c@example.com", "1", "2", "3"]]
        wanted = {row[0]: row[1:] for row in before}
        for email, *cells in table:
            if "@" in email:
                held = wanted.setdefault(email.strip().lower(), ["", "", ""])
                held[:] = ["" if new is CLEAR else (new or old) for old, new in zip(held, cells, strict=True)]
        async with stage(calls_per_second=None) as (server, acton):
            server.add_list("Leads", HEADINGS, before, list_id=LIST)
            rows = [dict(zip(HEADINGS, row, strict=True)) for row in table]
            report = await acton.bulk.upsert(LIST, rows, via=via)
            assert {row[0].lower(): row[1:] for row in server.rows(LIST)} == wanted
            addresses = [email.strip().lower() for email, *_ in table]
            unusable = sum("@" not in email for email in addresses)
            distinct = {email for email in addresses if "@" in email}
            assert (report.rejected, report.updated) == (unusable, len(distinct & {row[0] for row in before}))
            assert (report.created, report.merged) == (
                len(distinct) - report.updated,
                len(table) - unusable - len(distinct),
            )

    run()
