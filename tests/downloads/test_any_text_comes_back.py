"""Any table of any text comes back as it was put in."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asyncsdk import Column
from tests.downloads.list_servers import list_of
from tests.support.virtual_time import virtual_time

pytestmark = pytest.mark.slow

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
"""NUL is no character of a CSV."""


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Headings that differ, and rows."""
    words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
    headings = draw(st.lists(words, min_size=1, max_size=4, unique_by=lambda word: word.casefold()))
    cells = st.lists(texts, min_size=len(headings), max_size=len(headings))
    return headings, draw(st.lists(cells, max_size=8))


@given(tables())
@settings(max_examples=60)
@virtual_time
async def test_any_table_survives(table: tuple[list[str], list[list[str]]]) -> None:
    """Created from a file, then read as records and exported, each cell is the same."""
    headings, rows = table
    columns = [Column("Mail of all", "EMAIL"), *map(Column, headings)]
    whole = [[f"user{place}@example.com", *row] for place, row in enumerate(rows)]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[column.heading for column in columns], *whole])
    async with list_of([], calls_per_second=None) as (server, acton, _):
        job = await acton.lists.create("New", file=text.getvalue().encode(), columns=columns)
        leads = (await job).list_id
        kept = server.rows(leads)
        found = [list(each.data.values()) async for each in acton.lists.records(leads)]
        with tempfile.TemporaryDirectory() as folder:
            report = await acton.lists.export(leads, Path(folder) / "x")
            with report.path.open(encoding="utf-8", newline="") as file:
                exported = [row[1:] for row in list(csv.reader(file))[1:]]
    assert found == exported == kept == whole
