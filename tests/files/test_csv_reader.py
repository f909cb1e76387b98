"""CSV text, read faster than ``csv.reader`` reads it, and to the same rows."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asyncsdk.files.csv_codec import MalformedCsv, batches_in
from asyncsdk.files.line_reader import Lines
from asyncsdk.files.text_decoder import whole_ends

pytestmark = pytest.mark.slow

PIECES = st.sampled_from(['"', ",", ";", "\n", "\r", "\r\n", "a", "b c", "\x00", "\u2028", "ü", '"a\nb"', '"",'])


@settings(max_examples=500)
@example('a,b\n"1\n\n2\n3",4\n5,6\n\n7,8', ",", 2)
@example('a\r\n"\r', ",", 3)
@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(",;\t"), st.integers(1, 9))
def test_any_text_is_read_as_the_standard_library_reads_it(text: str, separator: str, size: int) -> None:
    """The same rows on the same lines, and the same refusals, in pieces of any size."""
    wanted: list[tuple[int, list[str]]] | None = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        line = 1
        for row in reader:
            wanted.append((line, row))
            line = reader.line_num + 1
    except csv.Error:
        wanted = None
    got: list[tuple[int, list[str]]] | None = []
    pieces = (text[start : start + size] for start in range(0, len(text), size))
    try:
        for batch in batches_in(Lines(whole_ends(pieces)), separator):
            got.extend(zip(batch.lines, map(list, batch.rows), strict=True))
    except MalformedCsv:
        got = None
    assert got == wanted
