"""Each kind of parameter: how its value is spelled on the wire, and what is refused before anything is sent."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, Literal

import pytest

from asyncsdk import InvalidArgument, Upload
from asyncsdk.files.upload import File
from asyncsdk.routing.markers import (
    GUARD,
    AssembledInto,
    EncodedBy,
    InForm,
    InJson,
    InMultipart,
    InQuery,
    Joined,
    Location,
    Maximum,
    WireName,
)
from asyncsdk.routing.params import Param, parameter

NOTHING = inspect.Parameter.empty


def read(hint: Any, default: Any = NOTHING, *, in_path: bool = False) -> Param:
    """A parameter called ``it`` of this annotation."""
    param = parameter("it", hint, default, in_path=in_path, elsewhere=Location.QUERY)
    assert param is not None
    return param


def spell(hint: Any, value: Any, *, in_path: bool = False) -> Any:
    """How a value travels."""
    return read(hint, in_path=in_path).encoder()(value)


@pytest.mark.parametrize(
    ("hint", "value", "spelled"),
    [
        (str, "a;b&c+d%", "a;b&c+d%"),
        (str, "", ""),
        (str | None, "x", "x"),
        (bool, True, "Y"),
        (bool | None, False, "N"),
        (int, 0, "0"),
        (int | None, 1000, "1000"),
        (Annotated[int | None, Maximum(1000)], 1000, "1000"),
        (Literal["ONE", "TWO"], "TWO", "TWO"),
        (Literal["ONE"] | None, "ONE", "ONE"),
        (datetime, datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC), "1767323045678"),
        (datetime | None, datetime(2026, 1, 2, 5, 4, 5, tzinfo=timezone(timedelta(hours=2))), "1767323045000"),
        (datetime, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), "-1000"),
        (Sequence[str], ["a", "b"], ["a", "b"]),
        (Sequence[str], (), []),
        (Annotated[Sequence[str], Joined(";")], ["a", "b,c"], "a;b,c"),
        (Annotated[Sequence[str] | None, Joined(",", at_most=2)], ("a", "b"), "a,b"),
        (Annotated[bool, EncodedBy(lambda value: str(value).lower())], True, "true"),
        (InJson[dict[str, str]], {"a": "b"}, {"a": "b"}),
        (InJson[list[int]], [1], [1]),
    ],
)
def test_values_are_spelled_as_the_api_wants(hint: Any, value: Any, spelled: Any) -> None:
    """Flags are Y and N, times epoch milliseconds, sequences repeated or joined; texts stay as they are."""
    assert spell(hint, value) == spelled


def test_files_become_uploads() -> None:
    """A path, bytes or a file is wrapped, so that it is read for each attempt anew."""
    assert spell(File, b"x") == Upload(b"x")
    assert spell(File, "leads.csv") == Upload("leads.csv")


@pytest.mark.parametrize("segment", ["l-0001", "l-0001:a", "a/b", "...", " ", "ada@example.com", "ü"])
def test_path_segments_are_any_text(segment: str) -> None:
    """Slashes and spaces are percent-encoded later, so they cannot leave their segment."""
    assert spell(str, segment, in_path=True) == segment


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_segments_that_name_another_resource_are_refused(segment: str) -> None:
    """Deleting the record "" must not delete the list."""
    with pytest.raises(InvalidArgument, match="it must not be empty or made of dots"):
        spell(str, segment, in_path=True)


TEXTS = Annotated[Sequence[str], Joined(",", at_most=2)]


@pytest.mark.parametrize(
    ("hint", "value", "reason"),
    [
        (str, 7, "must be text, not int"),
        (str, b"x", "must be text, not bytes"),
        (str, "half \ud83d", "surrogate"),
        (bool, 1, "must be True or False, not int"),
        (bool, "Y", "must be True or False, not str"),
        (int, True, "must be a whole number, not bool"),
        (int, "7", "must be a whole number, not str"),
        (int, 7.0, "must be a whole number, not float"),
        (int, -1, "must not be negative"),
        (Annotated[int, Maximum(1000)], 1001, "at most 1000"),
        (Annotated[int, Maximum(1000)], -1, "must not be negative"),
        (Annotated[int, Maximum(1000)], True, "must be a whole number, not bool"),
        (Literal["ONE", "TWO"], "THREE", "one of ONE, TWO"),
        (Literal["ONE", "TWO"], "one", "one of ONE, TWO"),
        (Literal["ONE", "TWO"], ["ONE"], "one of ONE, TWO"),
        (datetime, datetime(2026, 1, 1), "must say its time zone"),  # noqa: DTZ001
        (datetime, 1767225600, "must be a datetime, not int"),
        (datetime, "2026-01-01", "must be a datetime, not str"),
        (Sequence[str], "abc", "must be a sequence of texts, not str"),
        (Sequence[str], {"a", "b"}, "must be a sequence of texts, not set"),
        (Sequence[str], ["a", 7], "each of it must be text, not int"),
        (TEXTS, [], "must not be empty"),
        (TEXTS, ["a", "b", "c"], "3 members; the API takes at most 2"),
        (TEXTS, ["a,b"], "may contain ','"),
        (TEXTS, "a,b", "must be a sequence of texts, not str"),
        (TEXTS, ["a", None], "each of it must be text, not NoneType"),
        (File, 7, "not int"),
    ],
)
def test_values_that_would_mean_something_else_are_refused(hint: Any, value: Any, reason: str) -> None:
    """What Python would happily turn into a text is refused, with the parameter's name and the reason."""
    with pytest.raises(InvalidArgument, match=reason) as refused:
        spell(hint, value)
    if hint is not File:
        assert "it" in str(refused.value)


def test_a_refusal_tells_no_address() -> None:
    """A wrong choice is shown in the error, but not if it is an address."""
    with pytest.raises(InvalidArgument) as refused:
        spell(Literal["ONE"], "ada@example.com")
    assert "ada" not in str(refused.value)


@pytest.mark.parametrize(
    ("hint", "place"),
    [
        (str, Location.QUERY),
        (InQuery[str], Location.QUERY),
        (InForm[str], Location.FORM),
        (InJson[str], Location.JSON),
        (InMultipart[str], Location.MULTIPART),
        (Annotated[InForm[str], WireName("x")], Location.FORM),
    ],
)
def test_markers_say_where_a_parameter_travels(hint: Any, place: Location) -> None:
    """A marker wins over the route's rule; locations are text, for tools that read the table."""
    assert read(hint).location is place
    assert isinstance(place, str)


def test_names_in_the_template_travel_in_the_path() -> None:
    """A parameter that the template names needs no marker."""
    assert read(str, in_path=True).location == "path"


def test_wire_names_and_defaults() -> None:
    """The wire name is the Python name unless a marker says otherwise; a default makes it optional."""
    param = read(Annotated[int | None, WireName("emailcolidx")], 3)
    assert (param.name, param.wire, param.required, param.default) == ("it", "emailcolidx", False, 3)
    param = read(str)
    assert (param.name, param.wire, param.required, param.default) == ("it", "it", True, None)


def test_a_part_of_a_field_travels_in_it() -> None:
    """A part of an assembled field has that field's name, and is not spelled by itself."""
    param = read(Annotated[str, AssembledInto("mergespecs")])
    assert (param.wire, param.assembled) == ("mergespecs", True)
    assert not read(str).assembled


def test_a_guard_does_not_travel() -> None:
    """A word that the caller must say is no parameter of the route."""
    assert parameter("it", Annotated[bool, GUARD], False, in_path=False, elsewhere=Location.FORM) is None
