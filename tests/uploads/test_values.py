"""Values of cells: one text for each, by every way into a list, and none for what is no value."""

from __future__ import annotations

import csv
import datetime as dt
import math
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import CLEAR
from asyncsdk.routing.value_text import NoText, cell_of, text_of
from asyncsdk.uploads.rejects import Rejects
from asyncsdk.uploads.rejects_file import RejectsForm, write_rejects
from tests.support.leads import LIST, held, leads
from tests.support.virtual_time import virtual_time

MARCH = dt.datetime(2026, 3, 1, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))


class Size(StrEnum):
    LARGE = "large"


class Colour(str, Enum):  # noqa: UP042 - as people wrote it before StrEnum
    RED = "red"


class Grade(IntEnum):
    FIRST = 1


class Level(Enum):
    HIGH = Decimal("1.50")
    NONE = None


class Shouting(str):
    __slots__ = ()

    def __str__(self) -> str:
        return self.upper()


class Index:
    def __index__(self) -> int:
        return 7


TEXTS: list[tuple[object, str]] = [
    ("", ""),
    (" x ", " x "),
    ("nan", "nan"),
    (Shouting("quiet"), "quiet"),
    (True, "true"),
    (False, "false"),
    (0, "0"),
    (Index(), "7"),
    (94107.0, "94107"),
    (1e16, "10000000000000000"),
    (-0.0, "0"),
    (-1.5, "-1.5"),
    (1e-7, "0.0000001"),
    (Decimal("1.20"), "1.20"),
    (Decimal("1E+3"), "1000"),
    (dt.date(2026, 1, 2), "2026-01-02"),
    (dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC), "2026-01-02T03:04:00+00:00"),
    (dt.datetime(2026, 1, 2, 3, 4), "2026-01-02T03:04:00"),  # noqa: DTZ001 - one that says no zone
    (MARCH, "2026-03-01T09:30:00+01:00"),
    (dt.time(3, 4), "03:04:00"),
    (UUID(int=0), "00000000-0000-0000-0000-000000000000"),
    (Size.LARGE, "large"),
    (Colour.RED, "red"),
    (Grade.FIRST, "1"),
    (Level.HIGH, "1.50"),
]
NO_VALUES: list[object] = [
    None,
    math.nan,
    Decimal("NaN"),
    Decimal("-sNaN12"),
    Level.NONE,
]
NO_TEXTS: list[tuple[object, str]] = [
    (b"x", "type bytes"),
    (["x"], "type list"),
    ({"x": 1}, "type dict"),
    (object(), "type object"),
    (dt.timedelta(1), "type timedelta"),
    (Fraction(1, 3), "type Fraction"),
    (1j, "type complex"),
    (math.inf, "infinite"),
    (Decimal("-Infinity"), "infinite"),
    (10**1000, "digits"),
    (Decimal("1E+999999"), "digits"),
    ("half \ud83d", "half a character"),
]


@pytest.mark.parametrize(("value", "text"), TEXTS)
def test_a_value_has_one_text(value: object, text: str) -> None:
    """Values of Python, numpy and pandas are written as the table in the documentation says."""
    assert text_of(value) == text
    assert type(text_of(value)) is str


@pytest.mark.parametrize("value", NO_VALUES)
def test_a_missing_value_keeps(value: object) -> None:
    """However a library spells "no value", a list keeps what it holds."""
    assert text_of(value) is None
    assert cell_of(value) == ""


@pytest.mark.parametrize(("value", "says"), NO_TEXTS)
def test_a_value_without_one_text_is_refused(value: object, says: str) -> None:
    """Bytes, nested values and others are not guessed at."""
    with pytest.raises(NoText, match=says):
        text_of(value)


def test_to_clear_is_a_word_of_its_own() -> None:
    """A cell can be cleared, though CLEAR is an Enum; where only a text will do it is refused."""
    assert cell_of(CLEAR) is CLEAR
    with pytest.raises(NoText, match="CLEAR, which erases"):
        text_of(CLEAR)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_its_text(number: float) -> None:
    """The text of a float has no exponent, no point where the number is whole, and means the same number."""
    text = text_of(number)
    assert text is not None
    assert float(text) == number
    assert "e" not in text.lower()
    assert ("." in text) is not number.is_integer()


@given(st.integers(-(10**999), 10**999))
def test_a_whole_number_is_its_digits(number: int) -> None:
    """Whole numbers are written to the last digit."""
    assert text_of(number) == str(number)


ANY_VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**80), 2**80),
    st.floats(),
    st.decimals(-(10**9), 10**9, allow_nan=True),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.dates(),
    st.datetimes(timezones=st.none() | st.timezones()),
    st.times(),
    st.uuids(),
    st.sampled_from([CLEAR, *Size, *Colour, *Grade, *Level]),
    st.lists(st.integers(), max_size=2),
    st.binary(max_size=4),
)


@pytest.mark.slow
@given(st.lists(ANY_VALUE, max_size=5))
def test_a_file_of_rejects_says_what_the_list_would_get(values: list[object]) -> None:
    """Each cell of it is the one text of the value, or empty where the value has none, keeps or clears."""
    rejects = Rejects()
    rejects.add((number, {"Value": value}, "a reason") for number, value in enumerate(values, 1))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rejects.csv"
        write_rejects(path, rejects, RejectsForm(["Value"], "utf-8"))
        with path.open(encoding="utf-8", newline="") as file:
            read = [row["Value"] for row in csv.DictReader(file)] if values else []
    assert len(rejects) == len(values)
    wanted = [_cell(value) for value in values]
    assert [cell for cell in read if cell] == [cell for cell in wanted if cell]


def _cell(value: object) -> str:
    try:
        cell = cell_of(value)
    except NoText:
        return ""
    return "" if cell is CLEAR else str(cell)


@virtual_time
async def test_values_of_json_lines_are_written_like_others(tmp_path: Path) -> None:
    """NaN and null keep, whole numbers have no point, and a list is rejected with its column."""
    path = tmp_path / "in.jsonl"
    cells = ["NaN", "null", '""', "94107.0", "1e+16", "true", '"NaN"', "[1]", "Infinity"]
    path.write_text("".join(f'{{"email": "p{n}@example.com", "City": {cell}}}\n' for n, cell in enumerate(cells)))
    async with leads([[f"p{n}@example.com", "", "before", ""] for n in range(len(cells))]) as (server, acton):
        report = await acton.bulk.upsert(LIST, path)
        assert [cell[1] for cell in held(server).values()] == [
            *["before"] * 3,
            "94107",
            "10000000000000000",
            "true",
            "NaN",
            *["before"] * 2,
        ]
        assert [(each.number, each.reason[:12]) for each in report.rejects] == [
            (8, "'City' holds"),
            (9, "'City' holds"),
        ]


@pytest.mark.parametrize("via", ["records", "upload"])
@virtual_time
async def test_rejects_are_fed_back_without_a_trace(via: str, tmp_path: Path) -> None:
    """In the file of rejects a missing value is an empty cell, and others have the text that the list would get."""
    values = [*NO_VALUES, True, 94107.0, 7, Decimal("1E+3"), dt.date(2026, 1, 2), Size.LARGE, CLEAR]
    rows = [{"email": f"p{place} example.com", "City": value} for place, value in enumerate(values)]
    async with leads([[f"p{n}@example.com", "", "before", ""] for n in range(len(values))]) as (server, acton):
        report = await acton.bulk.upsert(LIST, rows, rejects=tmp_path / "rejects.csv", via=via)
        assert report.rejected == len(values)
        path = tmp_path / "rejects.csv"
        path.write_text(path.read_text().replace(" example.com", "@example.com"))
        again = await acton.bulk.upsert(LIST, path, via=via)
        assert again.updated == len(values)
        assert [cells[1] for cells in held(server).values()] == [
            "before" if cell_of(value) in ("", CLEAR) else text_of(value) for value in values
        ]


@virtual_time
async def test_what_has_no_text_is_rejected_and_never_becomes_one(tmp_path: Path) -> None:
    """A row with a list or bytes in it is rejected with its number and its column; no text is made of the value."""
    rows = [
        {"email": "a@example.com", "City": "Rome", "Note": "x"},
        {"email": "b@example.com", "City": ["Rome"], "Note": "y"},
        {"email": "c@example.com", "City": b"Rome", "Note": "z"},
    ]
    async with leads() as (server, acton):
        report = await acton.bulk.upsert(LIST, rows, rejects=tmp_path / "rejects.csv")
        assert [(each.number, each.row["City"]) for each in report.rejects] == [(2, None), (3, None)]
        assert [each.reason for each in report.rejects] == [
            f"'City' holds a value of type {kind}, which has no one way to be written as text"
            for kind in ("list", "bytes")
        ]
        await acton.bulk.upsert(LIST, tmp_path / "rejects.csv")
        assert {email: cells[1] for email, cells in held(server).items()} == {
            "a@example.com": "Rome",
            "b@example.com": "",
            "c@example.com": "",
        }
