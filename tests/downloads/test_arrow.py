"""``lists.arrow``: columns of text in the form that dataframe libraries share."""

from __future__ import annotations

import sys
from typing import Any
from unittest import mock

import nanoarrow
import pytest

from asyncsdk import ActOnError, DecodeError, ListChanged, Session
from asyncsdk.emulator import Cut
from tests.downloads.list_servers import HEADINGS, ODD, list_of, page, paged, people
from tests.support.raw_server import RawServer, answer
from tests.support.virtual_time import virtual_time

polars = pytest.importorskip("polars")  # it has no build for Python without the GIL


@pytest.mark.slow
@pytest.mark.parametrize("rows", [[], ODD, people(1000), people(2500)], ids=len)
@virtual_time
async def test_a_dataframe_library_reads_the_whole_list(rows: list[list[str]]) -> None:
    """``await`` gives all records, cell for cell, as a table that can be read twice; empty lists have columns."""
    async with list_of(rows) as (server, acton, leads):
        table = await acton.lists.arrow(leads)
        for _ in range(2):
            frame = polars.DataFrame(table)
            assert frame.columns == HEADINGS
            assert set(frame.dtypes) == {polars.String}
            wanted = [(name, *row) for name, row in zip(server.records(leads), rows, strict=True)]
            assert frame.rows() == wanted
        assert len(table) == len(rows)


@virtual_time
async def test_batches_come_page_by_page() -> None:
    """``async for`` gives the records some at a time, each batch by itself a table."""
    async with list_of(people(2500)) as (server, acton, leads):
        frames = [polars.DataFrame(batch) async for batch in acton.lists.arrow(leads, fields=["Name"])]
        assert [len(frame) for frame in frames] == [1000, 999, 501]
        assert polars.concat(frames)["Name"].to_list() == [row[1] for row in server.rows(leads)]


@virtual_time
async def test_absent_cells_are_null() -> None:
    """A null stays a null, and an empty text an empty text."""
    rows = [["l-0001:0", None, ""], ["l-0001:1", "b@example.com", None]]
    async with RawServer([paged(lambda: rows)]) as server, Session(token="t", base_url=server.url) as acton:
        batches = [batch async for batch in acton.lists.arrow("l-0001")]
    assert [list(row) for row in polars.DataFrame(batches[0]).rows()] == rows
    assert len(batches[0]) == 2
    schema: Any = batches[0]
    assert nanoarrow.c_schema(schema).n_children == 3


@virtual_time
async def test_columns_that_change_are_an_error() -> None:
    """A table has the same columns throughout, or none comes of it."""
    first = [[f"l-0001:{place:x}", "a", "b"] for place in range(1000)]
    script = [
        answer(200, page(first, 1001)),
        answer(200, page([first[-1], ["l-0001:3e8", "a", "b"]], 1001, 999, ["_contact_id_", "Email", "New"])),
    ]
    async with RawServer(script) as server, Session(token="t", base_url=server.url) as acton:
        with pytest.raises(ListChanged, match="columns"):
            await acton.lists.arrow("l-0001")


@virtual_time
async def test_columns_of_one_name_are_told_apart() -> None:
    """A dataframe library takes a list with two columns of one name."""
    told = answer(200, page([["l-0001:0", "a", "b", "c"]], 1, headings=["_contact_id_", "Name", "Name", "Name"]))
    async with RawServer([told]) as server, Session(token="t", base_url=server.url) as acton:
        frame = polars.DataFrame(await acton.lists.arrow("l-0001"))
    assert frame.columns == ["_contact_id_", "Name", "Name (2)", "Name (3)"]


@pytest.mark.parametrize("cell", [5, {"a": 1}, "\ud83d"], ids=["number", "object", "half a letter"])
@virtual_time
async def test_a_cell_that_is_no_text_is_an_error(cell: Any) -> None:
    """What Arrow cannot hold as text is an error of the library's, which names the column."""
    told = answer(200, page([["l-0001:0", "a@example.com", cell]], 1))
    async with RawServer([told]) as server, Session(token="t", base_url=server.url) as acton:
        with pytest.raises(DecodeError, match="column 'Name'"):
            await acton.lists.arrow("l-0001")


@virtual_time
async def test_a_cut_page_is_asked_for_again() -> None:
    """What may pass is not noticed."""
    async with list_of(people(1500)) as (server, acton, leads):
        server.faults.add(Cut("midway"), on="lists.download")
        assert len(await acton.lists.arrow(leads)) == 1500


@virtual_time
async def test_without_nanoarrow_it_says_so() -> None:
    """A missing package is named, with what installs it."""
    async with list_of([]) as (_, acton, leads):
        with (
            mock.patch.dict(sys.modules, {"nanoarrow": None}),
            pytest.raises(ActOnError, match=r"pip install nanoarrow\."),
        ):
            acton.lists.arrow(leads)
