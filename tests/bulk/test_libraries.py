"""Dataframes where libraries are missing: each process hides some from itself."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

pytestmark = pytest.mark.slow

BEGINNING = """
import asyncio, sys
for hidden in {hidden!r}:
    sys.modules[hidden] = None
from asyncsdk import ActOnError, Column, PasswordGrant, Session
from asyncsdk.emulator import Emulator

async def upsert(frame):
    async with Emulator() as server:
        leads = server.add_list("Leads", [Column("Email", "EMAIL"), Column("Zip"), Column("City")])
        async with Session(grant=PasswordGrant(**server.credentials), base_url=server.url) as acton:
            try:
                await acton.bulk.upsert(leads, frame, via="upload")
            except ActOnError as error:
                print(type(error).__name__, error)
            else:
                print(server.rows(leads))
"""
PANDAS = """
import pandas
columns = {"email": ["a@example.com", "b@example.com"], "Zip": [94107, None], "City": ["Rome", pandas.NA]}
asyncio.run(upsert(pandas.DataFrame(columns)))
"""
UNKNOWN = """
class Frame:
    def __arrow_c_stream__(self, requested_schema=None):
        raise AssertionError("nobody is there to read it")

asyncio.run(upsert(Frame()))
"""
MAPPINGS = """
rows = [{"email": "a@example.com", "Zip": float("nan"), "City": "Rome"}]
asyncio.run(upsert(rows))
print([name for name in ("numpy", "pandas", "polars", "pyarrow", "nanoarrow") if sys.modules.get(name)])
"""
DECIMALS = """
import polars
from decimal import Decimal

table = polars.DataFrame({"email": ["a@example.com"], "Zip": [Decimal("-0.01")]})

class Frame:
    def __arrow_c_stream__(self, requested_schema=None):
        return table.__arrow_c_stream__()

if hide:
    sys.modules["polars"] = None
asyncio.run(upsert(Frame()))
"""
ARROW = ["pyarrow", "nanoarrow", "polars"]


def told(program: str, hidden: list[str]) -> str:
    """What a program prints in a process that finds some libraries not installed."""
    source = BEGINNING.format(hidden=hidden) + dedent(program)
    ran = subprocess.run(  # noqa: S603 - a program of this file
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize("hidden", [["pyarrow"], ARROW])
def test_pandas_alone_is_enough_for_its_frames(hidden: list[str]) -> None:
    """A pandas frame is read with another Arrow library beside it than pyarrow, and with none at all."""
    pytest.importorskip("pandas")
    assert told(PANDAS, hidden) == "[['a@example.com', '94107', 'Rome'], ['b@example.com', '', '']]\n"


def test_without_a_library_the_error_says_what_to_install() -> None:
    """A frame that nobody can read is an error of this library, with a command that works."""
    said = told(UNKNOWN, ARROW)
    assert said.startswith("InvalidArgument To read a Frame of __main__")
    assert "pip install nanoarrow." in said


@pytest.mark.parametrize(
    ("hide", "says"),
    [
        (False, "[['a@example.com', '-0.01', '']]\n"),
        (True, "InvalidArgument The column 'Zip' is of Arrow's type decimal128, which nanoarrow cannot read: "),
    ],
)
def test_no_other_number_is_made_of_a_decimal(hide: bool, says: str) -> None:
    """Nanoarrow misreads negative decimals: polars reads them, or the error names the column."""
    assert told(f"hide = {hide}\n{DECIMALS}", ["pyarrow"]).startswith(says)


def test_values_of_dataframes_need_no_dataframe_library() -> None:
    """Nothing is imported to tell a missing value."""
    assert told(MAPPINGS, []) == "[['a@example.com', '', 'Rome']]\n[]\n"
