"""Rows of CSV: cut anywhere, they are the rows of the whole."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from asyncsdk.files.csv_stream import iter_csv_rows

pytestmark = pytest.mark.slow

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=8) | st.text(
    '",\n;x', max_size=6
)


def read(pieces: list[bytes]) -> list[list[str]]:
    """All rows of these pieces."""

    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def rows() -> list[list[str]]:
        return [row async for row in iter_csv_rows(stream())]

    return asyncio.run(rows())


def cut(whole: bytes, places: list[int]) -> list[bytes]:
    """A text in pieces, empty ones among them."""
    ends = sorted(place % (len(whole) + 1) for place in places)
    return [whole[start:end] for start, end in zip([0, *ends], [*ends, len(whole)], strict=True)]


@settings(max_examples=150)
@given(
    st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.booleans(),
    st.lists(st.integers(0, 10_000), max_size=8),
)
def test_rows_written_are_rows_read(
    rows: list[list[str]], line_end: str, quoting: int, mark: bool, places: list[int]
) -> None:
    """What a CSV writer wrote is read back, however the network cuts it."""
    assume(not rows or not rows[0][0].startswith("\ufeff"))
    text = io.StringIO()
    csv.writer(text, lineterminator=line_end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    whole = ("\ufeff" * mark + text.getvalue()).encode()
    assert read(cut(whole, places)) == rows


@settings(max_examples=250)
@given(st.text('a",\n', max_size=30), st.lists(st.integers(0, 100), max_size=6))
@example('5" pipe,"x\ny"\n"z', [3, 9, 12])
def test_any_text_is_read_like_the_whole(text: str, places: list[int]) -> None:
    """Quotes in odd places mean the same in pieces as in one."""
    assert read(cut(text.encode(), places)) == list(csv.reader(io.StringIO(text, newline="")))
