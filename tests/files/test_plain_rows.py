"""CSV without quotes: read as ``csv.reader`` reads it, whatever its line ends are."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.files.csv_codec import batches_in
from asyncsdk.files.line_reader import Lines
from asyncsdk.files.plain_rows import PlainRows

PARTS = ["a", "é", ",", ";", " ", "\n", "\r\n", "\r", "\x0b", "\x85", "\u2028"]
TEXTS = st.lists(st.sampled_from(PARTS)).map("".join)


@given(TEXTS, st.sampled_from(",;"))
def test_rows_are_those_of_the_csv_reader(text: str, separator: str) -> None:
    """Rows, whole, one by one and by parts, are those that ``csv.reader`` finds."""
    expected = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    found = [batch.rows for batch in batches_in(Lines(iter([text])), separator)]
    assert [row for rows in found for row in rows] == expected
    for rows in found:
        assert [rows[place] for place in range(len(rows))] == list(rows)
        assert [*rows[:1], *rows[1:]] == list(rows)


@given(st.lists(st.lists(st.sampled_from(["", "a", "b c"]), max_size=4).map(",".join)), st.integers(1, 4))
def test_rows_fill_a_width_where_each_has_so_many_cells(lines: list[str], width: int) -> None:
    """Rows fill a width if each has so many cells, of which one is not empty."""
    rows = PlainRows(lines, ",")
    fill = all(len(row) == width and any(row) for row in rows)
    assert rows.fill(width) == fill
    if fill:
        assert rows.column(width - 1) == [row[-1] for row in rows]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_last_line_without_an_end_is_a_row(end: str) -> None:
    """The last row counts without a line end, and an end makes no empty row after it."""
    for text in (f"a,b{end}c,d", f"a,b{end}c,d{end}"):
        rows = [row for batch in batches_in(Lines(iter([text]))) for row in batch.rows]
        assert rows == [("a", "b"), ("c", "d")]
