"""Files whose records never end: an error that names where they begin, in little memory and linear time."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from asyncsdk import InvalidArgument
from asyncsdk.bulk.sources.files import FileFormat, file_chunks
from asyncsdk.cli import main
from asyncsdk.files.csv_codec import rows_in
from tests.support.leads import LIST, leads, writes
from tests.support.virtual_time import virtual_time

MEGABYTE = 1 << 20
HEAD = 'email,Note\na@example.com,"two\nlines"\n'
Content = Callable[[int], Iterable[str]]


def unclosed(megabytes: int) -> Iterator[str]:
    """A quote that is opened on line 4 and never closed."""
    yield f'{HEAD}b@example.com,"'
    for _ in range(megabytes):
        yield "c@example.com,Rome\n" * (MEGABYTE // 19)


def endless(megabytes: int) -> Iterator[str]:
    """Line 4 never ends."""
    yield HEAD
    for _ in range(megabytes):
        yield "x" * MEGABYTE


def endless_json(megabytes: int) -> Iterator[str]:
    """Line 4 never ends, and no object either."""
    yield '{"email": "a@example.com"}\n\n{"email": "b@example.com"}\n{"Note": "'
    for _ in range(megabytes):
        yield "x" * MEGABYTE


def one_letter_lines(megabytes: int) -> Iterator[str]:
    """The same as ``unclosed``, with as many lines as letters."""
    yield f'{HEAD}b@example.com,"'
    for _ in range(megabytes):
        yield "\n" * MEGABYTE


KINDS = pytest.mark.parametrize(
    ("content", "name"),
    [(unclosed, "a.csv"), (endless, "a.csv"), (one_letter_lines, "a.csv"), (endless_json, "a.jsonl")],
)


def written(path: Path, pieces: Iterable[str]) -> Path:
    """A file of these pieces."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)
    return path


@pytest.mark.slow
@KINDS
def test_a_record_that_never_ends_takes_little_memory(content: Content, name: str, tmp_path: Path) -> None:
    """However long the file is: its line is named, after a megabyte of it."""
    path = written(tmp_path / name, content(40))
    tracemalloc.start()
    try:
        with pytest.raises(
            InvalidArgument, match=r"Line 4 of .* begins a record of more than 1,048,576 characters"
        ):
            for _ in file_chunks(path, FileFormat()):
                pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < (16 if content is not one_letter_lines else 32) * MEGABYTE


@pytest.mark.slow
@KINDS
@virtual_time
async def test_such_a_file_sends_nothing(content: Content, name: str, tmp_path: Path) -> None:
    """An upsert ends before a row is sent."""
    path = written(tmp_path / name, content(2))
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match="Line 4 of"):
            await acton.bulk.upsert(LIST, path)
        assert writes(server) == 0


@pytest.mark.slow
@KINDS
def test_such_a_file_is_not_uploaded(
    content: Content, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends with the code of a file that cannot be used."""
    path = written(tmp_path / name, content(2))
    assert main(["upload", "Leads", str(path), "--emulator"]) == 2
    assert "begins a record of more than" in capsys.readouterr().err


@pytest.mark.slow
def test_a_long_record_is_read(tmp_path: Path) -> None:
    """Nearly a million characters in one cell, in many lines or one, are no trouble."""
    for cell in ("x" * 1_000_000, "x\n" * 500_000):
        path = written(tmp_path / "a.csv", [HEAD, 'b@example.com,"', cell, '"\nc@example.com,\n'])
        rows = [row for chunk in file_chunks(path, FileFormat()) for row in chunk.rows]
        assert rows[1:] == [("b@example.com", cell), ("c@example.com", "")]


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["x", "x\n", '""'])
def test_cells_of_our_own_are_read_in_linear_time(cell: str, tmp_path: Path) -> None:
    """What this library wrote has cells of any length: ten times as long takes about ten times the time."""

    def seconds(size: int) -> float:
        path = written(tmp_path / "a.csv", ['"', cell * size, '"\r\n'])
        best = 9.0
        for _ in range(3):
            with path.open(encoding="utf-8", newline="") as file:
                began = time.process_time()
                assert len(list(rows_in(file))) == 1
                best = min(best, time.process_time() - began)
        return best

    assert seconds(10 * MEGABYTE // len(cell)) < 30 * seconds(MEGABYTE // len(cell)) + 0.05
