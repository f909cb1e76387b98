"""Dataframes of every make: the same cells as mappings give, in batches; a column that cannot be meant is named."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import InvalidArgument
from asyncsdk.bulk.sources.frames import frame_chunks
from asyncsdk.routing.value_text import NoText, cell_of, text_of
from tests.support.leads import LIST, held, leads, writes
from tests.support.virtual_time import virtual_time

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

MARCH = dt.datetime(2026, 3, 1, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))

TEXTS: list[tuple[object, str]] = [
    (np.str_("x"), "x"),
    (np.bool_(True), "true"),
    (np.int64(94107), "94107"),
    (np.float64(94107.0), "94107"),
    (np.float32(2.5), "2.5"),
    (np.longdouble(2.5), "2.5"),
    (np.array(5), "5"),
    (pd.Timestamp(MARCH), "2026-03-01T09:30:00+01:00"),
    (np.datetime64("2026-01-02"), "2026-01-02"),
    (np.datetime64("2026-01-02T03:04", "ns"), "2026-01-02T03:04:00"),
    (np.datetime64("2026-01-02T03:04:05.000000006"), "2026-01-02T03:04:05.000000006"),
    (pd.Timestamp("2026-01-02T03:04:05.000000006"), "2026-01-02T03:04:05.000000006"),
]
NO_VALUES: list[object] = [
    np.float32("nan"),
    np.longdouble("nan"),
    np.datetime64("NaT", "ns"),
    np.timedelta64("NaT", "ns"),
    np.ma.masked,
    pd.NaT,
    pd.NA,
]
NO_TEXTS: list[tuple[object, str]] = [
    (pd.Timedelta(1, "D"), "type Timedelta"),
    (np.timedelta64(5, "ns"), "type timedelta"),
    (np.complex128(1), "type complex"),
    (np.array([5]), "several values"),
    (pd.Series([5]), "several values"),
    (np.datetime64(2**62, "s"), "years 1 to 9999"),
]


@pytest.mark.parametrize(("value", "text"), TEXTS)
def test_scalars_of_other_libraries_are_written_like_pythons(value: object, text: str) -> None:
    """Those of numpy and pandas have the text that Python's own would have."""
    assert text_of(value) == text
    assert type(text_of(value)) is str


@pytest.mark.parametrize("value", NO_VALUES)
def test_a_missing_value_has_no_text(value: object) -> None:
    """However a library spells "no value", it is none."""
    assert text_of(value) is None


@pytest.mark.parametrize(("value", "says"), NO_TEXTS)
def test_arrays_and_durations_are_refused(value: object, says: str) -> None:
    """What has no one text in Python has none in numpy and pandas."""
    with pytest.raises(NoText, match=says):
        text_of(value)


@frozen
class Person:
    email: str
    City: object


@dataclass
class Human:
    email: str
    City: object


def _mappings(values: list[Any]) -> list[dict[str, Any]]:
    return [{"email": f"p{place}@example.com", "City": value} for place, value in enumerate(values)]


def _frame(values: list[Any]) -> Mapping[str, list[Any]]:
    return {"email": [row["email"] for row in _mappings(values)], "City": values}


WAYS: dict[str, Callable[[list[Any]], Any]] = {
    "mappings": _mappings,
    "attrs": lambda values: [Person(row["email"], row["City"]) for row in _mappings(values)],
    "dataclasses": lambda values: [Human(row["email"], row["City"]) for row in _mappings(values)],
    "pandas": lambda values: pd.DataFrame(_frame(values)),
    "pandas, as objects": lambda values: pd.DataFrame(_frame(values), dtype=object),
    "pandas, as mappings": lambda values: pd.DataFrame(_frame(values)).to_dict("records"),
    "pandas, rows taken out": lambda values: pd.DataFrame(_frame([*values, None])).iloc[: len(values)],
    "polars": lambda values: pl.DataFrame(_frame(values), strict=False),
    "polars, lazy": lambda values: pl.LazyFrame(_frame(values), strict=False),
    "Arrow": lambda values: _Capsule(pl.DataFrame(_frame(values), strict=False)),
}


class _Capsule:
    """A frame of a library that nobody knows."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


COLUMNS: list[list[Any]] = [
    ["Rome", None, "nan", ""],
    [94107, None, 7],
    [94107.0, math.nan, 0.5],
    [True, None, False],
    [dt.date(2026, 1, 2), None],
    [MARCH, None],
]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@virtual_time
async def test_a_value_is_the_same_by_every_way(way: str) -> None:
    """Mappings, objects and frames of every make leave the same cells in the list; missing ones are untouched."""
    for values in COLUMNS:
        wanted = [text_of(value) or "before" for value in values]
        before = [[row["email"], "", "before", ""] for row in _mappings(values)]
        async with leads(before) as (server, acton):
            report = await acton.bulk.upsert(LIST, WAYS[way](values), via="upload")
            assert report.updated == len(values)
            assert [cells[1] for cells in held(server).values()] == wanted


COLUMN = st.sampled_from(
    [
        st.text(st.characters(exclude_categories=["Cs"])),
        st.integers(-(2**53), 2**53),
        st.floats(allow_infinity=False),
        st.booleans(),
        st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)),  # noqa: DTZ001 - without zones
        st.dates(dt.date(1700, 1, 1), dt.date(2200, 1, 1)),
        st.decimals(-999, 999, places=2),
        st.times(),
    ]
).flatmap(lambda values: st.lists(st.none() | values, min_size=1, max_size=5))


@pytest.mark.slow
@given(COLUMN)
def test_a_value_is_the_same_in_every_frame(values: list[Any]) -> None:
    """A column of one type, with gaps or without, is written from pandas and polars as from mappings."""
    wanted = [cell_of(value) for value in values]
    for frame in (
        pd.DataFrame({"City": values}),
        pd.DataFrame({"City": values}, dtype=object),
        pl.DataFrame({"City": values}),
        pl.LazyFrame({"City": values}),
        _Capsule(pl.DataFrame({"City": values})),
    ):
        rows = [row for chunk in frame_chunks(frame, 2) for row in chunk.rows]
        assert [cell_of(value) for (value,) in rows] == wanted


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (pd.DataFrame([["a@example.com", "x", "y"]], columns=["email", "City", "City"]), "several columns 'City'"),
        (pd.DataFrame([["a@example.com", "x"]], columns=["email", 0]), "the name 0, which is no text"),
        (pd.DataFrame([["a@example.com", "x"]], columns=["email", None]), "has no name|is no text"),
        (pd.DataFrame(_frame(["Rome", None, 7])), "'City' holds texts, and numbers in row 3"),
        (pd.DataFrame(_frame([7, None, "Rome"])), "'City' holds numbers, and texts in row 3"),
        (pd.DataFrame(_frame([float("nan"), "Rome", 7.5])), "'City' holds texts, and numbers in row 3"),
        (pd.DataFrame(_frame([None, ["Rome"]])), "'City' holds in row 2 a value of type list"),
        (pd.DataFrame(_frame([None, dt.timedelta(1)])), "'City' holds in row 2 a value of type Timedelta"),
        (pl.DataFrame(_frame([["Rome"]])), "'City' holds in row 1 a value of type list"),
        (pl.DataFrame(_frame([{"a": 1}])), "'City' holds in row 1 a value of type dict"),
        (pl.DataFrame(_frame([b"x"])), "'City' holds in row 1 a value of type bytes"),
        (pl.LazyFrame(_frame(["x"])).select(pl.col("no such column")), "cannot be read: ColumnNotFoundError"),
        (pl.Series(["a@example.com"]), "a single column"),
        (pd.Series(["a@example.com"]), "a single column"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
@virtual_time
async def test_a_column_of_a_frame_that_cannot_be_meant_stops_it(frame: Any, says: str) -> None:
    """Doubled and nameless columns, mixed and nested values are named with their column, and nothing is sent."""
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match=says):
            await acton.bulk.upsert(LIST, frame)
        assert writes(server) == 0
