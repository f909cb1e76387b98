"""Addresses that come again, whatever lies around them: nothing is lost, and nothing taken for something else."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asyncsdk import CLEAR, InvalidArgument
from asyncsdk.bulk.sources.batches import chunks_of
from asyncsdk.bulk.sources.files import FileFormat
from asyncsdk.bulk.staging.irregular_rows import CellsByIndex
from asyncsdk.bulk.staging.sizes import StagingSizes
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.bulk.staging.stager import Stager
from asyncsdk.uploads.csv_spool import SpoolSizes
from asyncsdk.uploads.list_columns import ColumnMapper, ListColumns
from asyncsdk.uploads.rejects import Rejects
from asyncsdk.uploads.row_numbers import RowNumbers

pytestmark = pytest.mark.slow

HEADINGS = ("First", "Email", 'A "quoted", heading', "B\r\nC")
EMAIL = 1

ADDRESSES = st.one_of(
    st.sampled_from(["a@example.com", "A@Example.com", " b@example.com", "ü@example.com", "Ü@example.com"]),
    st.integers(0, 3).map("user{}@example.com".format),
    st.sampled_from(["nobody", "", None, CLEAR]),
)
CELLS = st.one_of(
    st.none(),
    st.just(CLEAR),
    st.sampled_from(["", "x", '"', ",", '",', '"\r\n"', "\r\n", "\r", "\n", "ü", "\x00", "\u2028", "long " * 9]),
    st.integers(0, 9),
)
PLAIN_CELLS = st.sampled_from(["", "x", "yy", 'q"', "\r\n"])
TABLES = st.one_of(
    st.lists(st.tuples(CELLS, ADDRESSES, CELLS, CELLS), max_size=30),
    st.lists(st.tuples(PLAIN_CELLS, ADDRESSES.filter(bool), PLAIN_CELLS, PLAIN_CELLS), max_size=30),
)


SMALL = StagingSizes(
    rows_per_write=2,
    rows_worth_a_file=3,
    duplicate_slots=4,
    candidates_in_memory=5,
    hashes_per_turn=3,
    hash_parts=3,
    hashes_in_memory=2,
    row_parts=3,
    row_bytes_in_memory=200,
    spool=SpoolSizes(piece=16, step=64, numbers_in_memory=4),
    hash_of=len,
)
"""Everything that is done some at a time is done few at a time, and many addresses have the same hash."""


async def staged(
    table: Sequence[Sequence[Any]],
    limit: int,
    rejects: Rejects,
    at_a_time: int = 1000,
    sizes: StagingSizes | None = None,
) -> StagedInput:
    """A table as it will be sent."""
    rows = [dict(zip(HEADINGS, row, strict=True)) for row in table]
    staging = Stager(ColumnMapper(ListColumns("l-0001", HEADINGS, EMAIL)), limit, rejects, sizes)
    return await staging.run(chunks_of(rows, FileFormat(), at_a_time), lambda _: None)


def one_after_the_other(table: Sequence[Sequence[Any]]) -> tuple[dict[int, CellsByIndex], int, list[int]]:
    """What is to be sent by number, how many rows were folded into others, and which were rejected."""
    said: dict[str, tuple[int, CellsByIndex]] = {}
    rejected: list[int] = []
    for number, row in enumerate(table, 1):
        address = row[EMAIL]
        if not isinstance(address, str) or "@" not in address:
            rejected.append(number)
            continue
        before = said.pop(address.strip().lower(), (0, {}))[1]
        cells = {
            place: cell if cell is CLEAR else str(cell) for place, cell in enumerate(row) if cell not in {"", None}
        }
        said[address.strip().lower()] = number, {**before, **cells, EMAIL: address.strip()}
    return dict(said.values()), len(table) - len(said) - len(rejected), rejected


@settings(max_examples=300)
@example([("x", "a@example.com", "x", ""), ("yy", "a@example.com", "", "x")], 200, 1, set())
@example([("x", "a@example.com", 'q"', ""), ("yy", "a@example.com", "", "x")], 200, 1, {2})
@example(
    [("x", "a@example.com", "", "x"), ("y", "a@example.com", CLEAR, ""), ("z", "a@example.com", "", "")],
    200,
    1,
    set(),
)
@given(TABLES, st.integers(200, 600), st.integers(1, 12), st.sets(st.integers(1, 30)))
def test_any_table_is_sent_as_if_its_rows_were_folded_one_by_one(
    table: list[tuple[Any, ...]], limit: int, at_a_time: int, unchanged: set[int]
) -> None:
    """Numbers, values and counts are right, in files short enough, also after rows were left out as known."""
    wanted, merged, rejected = one_after_the_other(table)

    async def run() -> None:
        rejects = Rejects()
        got = await staged(table, limit, rejects, at_a_time, SMALL)
        again = await staged(table, limit, Rejects(), at_a_time, SMALL)
        assert await got.digest() == await again.digest()
        again.close()
        assert dict(got.all_rows(in_files=True)) == wanted
        assert (got.rows, got.merged, got.rejected) == (len(table), merged, len(rejected))
        assert [reject.number for reject in rejects] == rejected
        left_out = RowNumbers()
        for number in unchanged:
            left_out.add(number)
        await got.exclude(left_out, limit)
        kept = {number: cells for number, cells in wanted.items() if number not in unchanged}
        assert dict(got.all_rows(in_files=True)) == kept
        assert got.to_send == len(kept)
        assert got.unchanged == len(wanted) - len(kept)
        for file in got.files:
            assert file.rows == len(list(file.numbers())) > 0
            assert file.size == file.file.seek(0, os.SEEK_END) <= limit
        await got.delete_files()
        assert all(file.file.closed for file in got.files)

    asyncio.run(run())


def test_a_row_longer_than_a_file_is_named_among_repeats() -> None:
    """It is told by its own number, though those around it have moved."""
    table = [("x", f"user{number}@example.com", "y" * 500 * (number == 5), "") for number in range(8)]

    async def run() -> None:
        with pytest.raises(InvalidArgument, match=r"Row 6 alone is longer than the 400 bytes of a file\."):
            await staged(table, 400, Rejects(), 3)

    asyncio.run(run())


_DIGEST = """
import asyncio
from tests.bulk.test_duplicates import staged
from asyncsdk.uploads.rejects import Rejects
table = [("x", f"user{n % 40}@example.com", "y" * (n % 3), "") for n in range(100)]
async def run():
    got = await staged(table, 2000, Rejects())
    print(await got.digest(), [list(file.numbers()) for file in got.files])
    got.close()
asyncio.run(run())
"""


def test_every_process_makes_the_same_files() -> None:
    """A run that is resumed knows its input again, though each process hashes texts in its own way."""
    told = {
        subprocess.run(  # noqa: S603
            [sys.executable, "-c", _DIGEST],
            check=True,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
