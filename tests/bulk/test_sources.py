"""Rows from anywhere: mappings, objects, files and dataframes, read a thousand at a time."""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import frozen

from asyncsdk import InvalidArgument
from asyncsdk.bulk.sources.frames import frame_chunks
from tests.support.leads import LIST, held, leads, people, writes
from tests.support.virtual_time import virtual_time

ADA = {"email": "ada@example.com", "First Name": "Ada", "City": 'Zürich; old, "town"'}
GRACE = {"email": "grace@example.com", "First Name": "Grace", "City": "a\r\nb\nc"}


@frozen
class Person:
    email: str
    City: str | None = None


class Size(StrEnum):
    LARGE = "large"


def csv_file(text: str, encoding: str = "utf-8", name: str = "in.csv") -> Callable[[Path], Path]:
    """Writes a file into a folder."""

    def made(folder: Path) -> Path:
        (folder / name).write_bytes(text.encode(encoding))
        return folder / name

    return made


QUOTED = 'email{0}First Name{0}City{1}ada@example.com{0}Ada{0}"Zürich; old, ""town"""{1}' + (
    'grace@example.com{0}Grace{0}"a\r\nb\nc"{1}'
)
LINES = f"{json.dumps(ADA)}\n\n{json.dumps(GRACE)}\n"
FILES: dict[str, tuple[Callable[[Path], Path], dict[str, str]]] = {
    "CSV": (csv_file(QUOTED.format(",", "\n")), {}),
    "CSV with a byte order mark and CRLF": (csv_file(QUOTED.format(",", "\r\n"), "utf-8-sig"), {}),
    "CSV with semicolons in UTF-16": (
        csv_file(QUOTED.format(";", "\n"), "utf-16"),
        {"separator": ";", "encoding": "utf-16"},
    ),
    "CSV with tabs in Latin-1": (
        csv_file(QUOTED.format("\t", "\r\n"), "latin-1"),
        {"separator": "\t", "encoding": "latin-1"},
    ),
    "JSON Lines": (csv_file(LINES, "utf-8-sig", "in.jsonl"), {}),
}


@pytest.mark.parametrize("kind", FILES)
@virtual_time
async def test_files_are_read_as_they_are_written(kind: str, tmp_path: Path) -> None:
    """Byte order marks, line ends, separators and encodings make no difference to the list."""
    make, form = FILES[kind]
    async with leads() as (server, acton):
        for path in (make(tmp_path), str(make(tmp_path))):
            report = await acton.bulk.upsert(LIST, path, via="upload", **form)
            assert report.rows == 2
            assert held(server) == {row["email"]: [row["First Name"], row["City"], ""] for row in (ADA, GRACE)}


async def _later(rows: list[Any]) -> AsyncIterator[Any]:
    for row in rows:
        yield row


@pytest.mark.parametrize(
    "rows",
    [
        lambda: [ADA, GRACE],
        lambda: iter((ADA, GRACE)),
        lambda: _later([OrderedDict(ADA), SimpleNamespace(**GRACE).__dict__]),
        lambda: [Person("ada@example.com", ADA["City"]), {"City": GRACE["City"], "email": "grace@example.com"}],
    ],
)
@virtual_time
async def test_rows_come_from_any_iterable(rows: Callable[[], Any]) -> None:
    """Mappings and attrs objects, mixed or not, at once or later."""
    async with leads() as (server, acton):
        await acton.bulk.upsert(LIST, rows(), via="upload")
        assert {email: cells[1] for email, cells in held(server).items()} == {
            row["email"]: row["City"] for row in (ADA, GRACE)
        }


@virtual_time
async def test_a_dataframe_is_read_by_the_arrow_interface() -> None:
    """A missing value keeps, and no library but one that reads Arrow is needed."""
    nanoarrow = pytest.importorskip("nanoarrow")
    ages, emails = (
        nanoarrow.c_array([1, None], nanoarrow.int64()),
        nanoarrow.c_array(["ada@example.com", "grace@example.com"], nanoarrow.string()),
    )
    schema = nanoarrow.struct({"email": nanoarrow.string(), "City": nanoarrow.int64()})
    frame = nanoarrow.Array(nanoarrow.c_array_from_buffers(schema, 2, [None], children=[emails, ages]))
    async with leads([["grace@example.com", "", "7", ""]]) as (server, acton):
        report = await acton.bulk.upsert(LIST, frame, via="upload")
        assert (report.created, report.updated) == (1, 1)
        assert held(server) == {"ada@example.com": ["", "1", ""], "grace@example.com": ["", "7", ""]}


def test_pandas_row_numbers_are_no_column() -> None:
    """What pandas adds to a frame of which rows were taken out is left out."""
    nanoarrow = pytest.importorskip("nanoarrow")
    names = ("email", "__index_level_0__")
    children = [
        nanoarrow.c_array(["ada@example.com"], nanoarrow.string()),
        nanoarrow.c_array([3], nanoarrow.int64()),
    ]
    schema = nanoarrow.struct(dict(zip(names, (nanoarrow.string(), nanoarrow.int64()), strict=True)))
    frame = nanoarrow.Array(nanoarrow.c_array_from_buffers(schema, 1, [None], children=children))
    (chunk,) = frame_chunks(frame, 10)
    assert (chunk.names, list(chunk.rows)) == (("email",), [("ada@example.com",)])


def _raises_in_the_middle() -> Iterator[dict[str, str]]:
    yield from people(1500)
    raise ZeroDivisionError


async def _raises_later() -> AsyncIterator[dict[str, str]]:
    for row in _raises_in_the_middle():
        yield row


@pytest.mark.parametrize("rows", [_raises_in_the_middle, _raises_later])
@virtual_time
async def test_an_input_that_breaks_off_sends_nothing(rows: Callable[[], Any]) -> None:
    """The caller gets its own error, and no row was sent."""
    async with leads() as (server, acton):
        with pytest.raises(ZeroDivisionError):
            await acton.bulk.upsert(LIST, rows())
        assert writes(server) == 0


async def never(_: object) -> None:
    """A callback that nobody would await."""


GOOD = "email,City\n" + "".join(f"user{n}@example.com,Rome\n" for n in range(2000))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "form", "says"),
    [
        (csv_file(GOOD + '"x@example.com" y,Rome\n'), {}, "is no CSV file: line 2002: "),
        (csv_file(GOOD + '"x@example.com,Rome\n' * 3), {}, "is no CSV file: line 2002: "),
        (csv_file(GOOD + "ü@example.com,Rome\n", "latin-1"), {}, "is not written in UTF-8: line 2002: "),
        (csv_file(GOOD, "utf-16"), {}, "is not written in UTF-8: its first bytes are those of UTF-16. Say its enc"),
        (csv_file(GOOD, "utf-16-le"), {}, "is not written in UTF-8: its first bytes are those of UTF-16-LE"),
        (csv_file(GOOD, "utf-16-be"), {}, "is not written in UTF-8: its first bytes are those of UTF-16-BE"),
        (csv_file(GOOD, "utf-32"), {}, "is not written in UTF-8: its first bytes are those of UTF-32"),
        (csv_file(GOOD, "utf-16-le"), {"encoding": "cp1252"}, "is not written in cp1252: its first bytes"),
        (csv_file(GOOD), {"encoding": "rot13"}, "no encoding 'rot13'"),
        (csv_file("\n" + GOOD), {}, "or its first line is"),
        (csv_file("sep=;\nemail;City\n"), {}, "meant for a spreadsheet"),
        (csv_file("email;City\nada@example.com;Rome\n"), {}, "are the cells of the file separated by ';'"),
        (csv_file('{"a":' * 100_000, name="in.jsonl"), {}, "Line 1 of .* is no JSON"),
        (csv_file("email,City,email \n"), {}, "several columns 'email': 1, 3 of 3"),
        (csv_file(""), {}, "is empty"),
        (csv_file("email,Cities\n"), {}, "'Cities' is unknown"),
        (csv_file(GOOD), {"separator": ";;"}, "separator must be one character"),
        (csv_file(GOOD), {"encoding": "utf-99"}, "no encoding 'utf-99'"),
        (csv_file("{\n" + LINES + "{", name="in.jsonl"), {}, "Line 1 of .* is no JSON: .* 2 of its 4 rows"),
        (csv_file("[]\n", name="in.jsonl"), {}, "Line 1 of .* is no JSON object: is it a JSON Lines file"),
        (lambda folder: folder / "missing.csv", {}, "Cannot read"),
        (lambda folder: "leads\0.csv", {}, "rows is no path"),
        (lambda folder: [ADA], {"separator": "||"}, "separator must be one character"),
        (lambda folder: [ADA], {"encoding": "utf-99"}, "no encoding 'utf-99'"),
        (lambda folder: [ADA], {"journal": ""}, "journal is no path"),
        (lambda folder: [ADA], {"on_progress": never}, "on_progress is called, not awaited"),
        (lambda folder: {"email": "ada@example.com"}, {}, "one mapping"),
        (lambda folder: 7, {}, "not int"),
        (lambda folder: b"email\nada@example.com\n", {}, "not bytes"),
        (lambda folder: "email\nada@example.com\n", {}, "content of a file: write it"),
        (lambda folder: never(None), {}, "a coroutine: await it first"),
        (lambda folder: asyncio.ensure_future(asyncio.sleep(0)), {}, "a Task: await it first"),
        (lambda folder: people, {}, "function: call it first"),
        (lambda folder: Person, {}, "not type"),
        (lambda folder: Person("ada@example.com"), {}, "not Person"),
        (lambda folder: (("ada@example.com", each) for each in "ab"), {}, r"Row 1 .*, not tuple\. Name its values"),
        (lambda folder: [ADA, never(None)], {}, r"Row 2 .*, not coroutine\. Await it"),
        (lambda folder: ["ada@example.com"], {}, r"Row 1 .*, not str\."),
        (lambda folder: [ADA, None], {}, "Row 2 must be a mapping"),
        (lambda folder: [{1: "ada@example.com"}], {}, "named by texts"),
    ],
)
@virtual_time
async def test_an_input_that_is_none_sends_nothing(
    make: Callable[[Path], Any], form: dict[str, Any], says: str, tmp_path: Path
) -> None:
    """Whatever is wrong, and however late it is found: it is named, and no row was sent."""
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match=says) as caught:
            await acton.bulk.upsert(LIST, make(tmp_path), **form)
        assert "ada@" not in str(caught.value)
        assert writes(server) == 0


@pytest.mark.slow
@virtual_time
async def test_a_mark_is_left_out_whatever_the_encoding_is_called(tmp_path: Path) -> None:
    """UTF-8 with a byte order mark is UTF-8, and so it is with every encoding that has one."""
    (tmp_path / "in.csv").write_text("email\nada@example.com\n", encoding="utf-8-sig")
    async with leads() as (server, acton):
        for name in ("utf-8", "UTF8", "utf_8", "utf-8-sig", "cp65001", "u8", "U8"):
            await acton.bulk.upsert(LIST, tmp_path / "in.csv", encoding=name)
        for name in ("utf-16-le", "utf_16_be", "UTF-16LE", "utf-32-le", "utf-16", "gb18030"):
            mark = "" if name == "utf-16" else "\ufeff"
            (tmp_path / "in.csv").write_text(f"{mark}email\nada@example.com\n", encoding=name)
            await acton.bulk.upsert(LIST, tmp_path / "in.csv", encoding=name)
        assert list(held(server)) == ["ada@example.com"]


@pytest.mark.slow
@virtual_time
async def test_slow_rows_hold_nobody_up() -> None:
    """An iterable that takes long over each row is read a few rows at a time."""
    turns = 0

    def slowly() -> Iterator[dict[str, str]]:
        for number in range(60):
            busy_until = time.thread_time() + 0.005
            while time.thread_time() < busy_until:
                pass
            seen.append(turns)
            yield {"email": f"user{number}@example.com"}

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    seen: list[int] = []
    async with leads() as (_, acton):
        counting = asyncio.ensure_future(count())
        plan = await acton.bulk.plan(LIST, slowly())
        counting.cancel()
    assert plan.rows == 60
    assert len(set(seen)) > 10


@virtual_time
async def test_a_row_that_makes_up_what_it_lacks_loses_nothing() -> None:
    """Mappings with defaults are read by what they hold, and are not changed."""
    rows = [defaultdict(str, email="a@example.com", City="Rome"), defaultdict(str, email="b@example.com", Note="x")]
    async with leads() as (server, acton):
        await acton.bulk.upsert(LIST, rows)
        assert held(server) == {"a@example.com": ["", "Rome", ""], "b@example.com": ["", "", "x"]}
        assert [len(row) for row in rows] == [2, 2]


@virtual_time
async def test_no_file_is_read_and_written_in_one_run(tmp_path: Path) -> None:
    """Rows, journal, rejects and state are different files, and rejects can be written."""
    source = csv_file(GOOD)(tmp_path)
    async with leads() as (server, acton):
        for files in (
            {"rejects": source},
            {"journal": source},
            {"state": str(source)},
            {"rejects": tmp_path / "no" / "x"},
        ):
            with pytest.raises(InvalidArgument, match=r"one file|cannot be written"):
                await acton.bulk.upsert(LIST, source, **files)
        assert len(server.calls) == 0
        assert source.read_text() == GOOD
