"""Rows of CSV that come piece by piece: as many as there are, whole, whatever the cells hold."""

from __future__ import annotations

import csv
import time
from collections.abc import AsyncIterator, Iterable

import pytest

from asyncsdk import DecodeError
from asyncsdk.files.csv_stream import iter_csv_dicts, iter_csv_rows


async def pieces(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Bytes as they come off a socket."""
    for part in parts:
        yield part


async def rows(*parts: bytes) -> list[list[str]]:
    """All rows."""
    return [row async for row in iter_csv_rows(pieces(parts))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("\ufeffa\n1\n", [["a"], ["1"]]),
        ('"a,b","c\nd","e""f"\n', [["a,b", "c\nd", 'e"f']]),
        ('5" pipe,x\n6" pipe,y\n', [['5" pipe', "x"], ['6" pipe', "y"]]),
        ('"a"b,c\n"d\ne",f\n', [["ab", "c"], ["d\ne", "f"]]),
        ("a\u2028b\x0bc\x1cd,e\n", [["a\u2028b\x0bc\x1cd", "e"]]),
        ('"open\nto the end', [["open\nto the end"]]),
        ("ü,😀\n", [["ü", "😀"]]),
    ],
)
async def test_rows_come_whole_wherever_they_are_cut(text: str, expected: list[list[str]]) -> None:
    """Line ends in quotes, odd quotes, byte order marks and half characters do not matter."""
    whole = text.encode()
    assert await rows(whole) == expected
    assert await rows(*(whole[at : at + 1] for at in range(len(whole)))) == expected
    for cut in range(len(whole)):
        assert await rows(whole[:cut], b"", whole[cut:]) == expected


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["x" * 999_000, '"' + "x\n" * 400_000 + '"', "é" * 200_000])
async def test_a_cell_may_be_as_long_as_a_row(cell: str) -> None:
    """Cells over csv's own 128 KiB are read, plain and quoted, and its limit is as before whenever others run."""
    before = csv.field_size_limit()
    whole = f"a,b\n1,{cell}\n2,z\n".encode()
    stream = iter_csv_rows(pieces([whole[:150_000], whole[150_000:]]))
    found = []
    async for row in stream:
        assert csv.field_size_limit() == before
        found.append(row)
    assert found == [["a", "b"], ["1", cell.strip('"')], ["2", "z"]]
    assert csv.field_size_limit() == before


async def test_rows_come_as_soon_as_they_are_whole() -> None:
    """Nothing waits for the end of the file."""
    stream = iter_csv_rows(pieces([b"a,b\n1,", b"2\n"]))
    assert await anext(stream) == ["a", "b"]
    assert await anext(stream) == ["1", "2"]


async def test_records_are_joined_with_the_headings() -> None:
    """The first row names the cells of the others; empty lines are no records."""
    text = b"Email,Reason\r\na@x,bad\r\n\r\nb@x\r\n"
    records = [record async for record in iter_csv_dicts(pieces([text]))]
    assert records == [{"Email": "a@x", "Reason": "bad"}, {"Email": "b@x"}]


@pytest.mark.slow
async def test_a_stray_quote_does_not_stall_the_stream() -> None:
    """One odd quote in a large file costs nothing: a hundred thousand rows behind it still come at once."""
    data = b'5" pipe,x\n' + b"cell,other\n" * 100_000
    began = time.process_time()
    read = await rows(*(data[at : at + 65_536] for at in range(0, len(data), 65_536)))
    assert len(read) == 100_001
    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", [b"a\rb,c\n", b'"' + b"x" * 1_100_000])
async def test_what_is_no_csv_is_one_of_our_errors(text: bytes) -> None:
    """Callers that catch ActOnError catch this, too."""
    with pytest.raises(DecodeError, match="no CSV"):
        await rows(text)
