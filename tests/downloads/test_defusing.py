"""Exports whose cells no spreadsheet carries out, where that is asked for."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asyncsdk.downloads.formula_filter import FormulaFilter
from asyncsdk.files.formula_injection import defused
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time


def quoted(cell: str, strays: bool) -> str:
    """A cell of a CSV file, in quotes where it needs them; ``strays``: not for a quote in its middle."""
    needs = not cell or set(cell) & set(",\r\n") or (cell.startswith('"') if strays else '"' in cell)
    return '"' + cell.replace('"', '""') + '"' if needs else cell


CELLS = st.text(st.sampled_from("=+-@\t\r\n\",'aü "), max_size=5)


@pytest.mark.slow
@example([['"=', '""=', "=", "\r", ""]], 1, "\n", False)
@example([['5" pipe', "=x", '6"', "=y"]], 1, "\n", True)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=5),
    st.integers(1, 7),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_any_table_is_defused_cell_by_cell(table: list[list[str]], size: int, end: str, strays: bool) -> None:
    """Whatever the cells are, and wherever the bytes are cut: each is as if it had been defused by itself."""
    content = "".join(",".join(quoted(cell, strays) for cell in row) + end for row in table)
    whole, defuser = content.encode(), FormulaFilter()
    made = b"".join(defuser.feed(whole[start : start + size]) for start in range(0, len(whole), size)).decode()
    assert list(csv.reader(io.StringIO(made, newline=""))) == [[defused(cell) for cell in row] for row in table]


@virtual_time
async def test_an_export_is_defused_where_it_is_asked_for(tmp_path: Path) -> None:
    """By default it holds what the list holds, letter for letter."""
    rows = [["a@example.com", "=1+1"], ["b@example.com", '"=x", y'], ["c@example.com", "ordinary - text"]]
    async with stage() as (server, acton):
        list_id = server.add_list("Leads", ["Email", "Note"], rows)
        for name, defuse in (("plain.csv", False), ("defused.csv", True)):
            report = await acton.lists.export(list_id, tmp_path / name, defuse_formulas=defuse)
            assert (report.rows, report.bytes) == (3, (tmp_path / name).stat().st_size)
            with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
                notes = [row["Note"] for row in csv.DictReader(file)]
            assert notes == [defused(note) if defuse else note for _, note in rows]
