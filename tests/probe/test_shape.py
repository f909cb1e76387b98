"""Shapes: nothing of an answer's texts is in them, and merging obeys its laws."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.probe.key_names import PLAIN_KEYS, KeyNames
from asyncsdk.probe.report.fact_json import shape_from_json, shape_to_json
from asyncsdk.probe.shape import DEEPEST, JsonShape, merge, shape_of
from asyncsdk.probe.text_kinds import kind_of_text

MARK = "zq7391846"
"""What no kind of text and no key has in it."""

FORMS = (
    "{}",
    "{}@example.com",
    "l-{}",
    "l-0001:{}",
    "s-0001-{}",
    "https://www.example.com/{}",
    "<p>{}</p>",
    "Ada {}",
    "2024-09-03 {}",
    "7391846{}",
)
TEXTS = st.one_of(
    st.sampled_from(FORMS).map(lambda form: form.format(MARK)),
    st.text(max_size=20).map(lambda text: text + MARK),
    st.text(max_size=20).map(lambda text: MARK + text),
)
FIELDS = st.sampled_from(("id", "name", "folderName", "bIsList", "_contact_id_", "result"))
SCALARS = st.one_of(
    TEXTS, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)
)


def values(keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """JSON values with these keys."""
    return st.recursive(
        SCALARS,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
        max_leaves=10,
    )


SHAPES = values(FIELDS).map(shape_of)


@pytest.mark.slow
@given(values(FIELDS))
def test_no_text_of_an_answer_is_in_its_shape(value: Any) -> None:
    """Whatever the answer, its texts are told by their kind alone."""
    assert MARK not in json.dumps(shape_to_json(shape_of(value)), ensure_ascii=False)


@pytest.mark.slow
@given(values(TEXTS))
def test_no_key_that_is_data_is_in_a_shape(value: Any) -> None:
    """Keys that are addresses, ids, headings with digits or sentences are told by their kind."""
    assert MARK not in json.dumps(shape_to_json(shape_of(value)), ensure_ascii=False)


@pytest.mark.slow
@given(values(st.text(max_size=10)))
def test_only_known_keys_are_told_where_customers_choose_them(value: Any) -> None:
    """Where headings are keys, no key is told but those that Act-On gives."""
    told = shape_to_json(shape_of(value, KeyNames(frozenset({"contactID"}))))

    def check(shape: dict[str, Any]) -> None:
        for name, key in shape.get("keys", {}).items():
            assert name in {"contactID", "<heading>"}
            check(key["shape"])
        if "members" in shape:
            check(shape["members"])

    check(told)


@pytest.mark.slow
@given(SHAPES, SHAPES, SHAPES)
def test_merging_obeys_its_laws(one: JsonShape, two: JsonShape, three: JsonShape) -> None:
    """The order in which members are seen does not matter, and a shape adds nothing to itself."""
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two), three) == merge(one, merge(two, three))
    assert merge(one, one) == one


@pytest.mark.slow
@given(SHAPES)
def test_a_shape_comes_back_from_json(shape: JsonShape) -> None:
    """What a report holds is read back as it was."""
    assert shape_from_json(json.loads(json.dumps(shape_to_json(shape)))) == shape


@pytest.mark.slow
@given(st.lists(values(FIELDS), max_size=4), st.lists(values(FIELDS), max_size=4))
def test_an_array_has_the_shape_of_all_its_members(one: list[Any], two: list[Any]) -> None:
    """A longer array has the shape of both its halves."""
    assert shape_of(one + two) == merge(shape_of(one), shape_of(two))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty text"),
        ("ada@example.com", "address"),
        ("l-0001", "list id"),
        ("l-unified-contacts", "list id"),
        ("l-0001:3f", "record id"),
        ("q-0181", "segment or form id"),
        ("s-0001-1910", "message id"),
        ("12345", "decimal text"),
        ("1725627913726", "epoch milliseconds as text"),
        ("ff4f3fab", "hex digits"),
        ("6a4a21fb-0aff-4f0e-b57a-97f62ebcb9cd", "uuid"),
        ("2024-09-03", "date as yyyy-mm-dd"),
        ("2024-09-03 12:47:01 PDT", "date and time as yyyy-mm-dd hh:mm:ss"),
        ("2024-09-03T12:47:01Z", "date and time as ISO 8601"),
        ("Aug 27 2024 4:14 PM PDT", "date and time in words"),
        ("https://www.example.com/", "url"),
        ("<html></html>", "html"),
        ("true", "true or false as text"),
        ("Y", "Y or N"),
        ("Ada Lovelace", "text"),
    ],
)
def test_kinds_of_text(text: str, kind: str) -> None:
    """A text is told by the form that it has."""
    assert kind_of_text(text) == kind


def test_numbers_are_told_by_what_they_can_be() -> None:
    """Seconds and milliseconds since 1970 are told apart, and so are 0 and what is below it."""
    kinds = {number: set(shape_of(number).kinds) for number in (0, -1, 180, 1.5, 1725627913, 1725627913726)}
    assert kinds == {
        0: {"zero"},
        -1: {"negative number"},
        180: {"whole number"},
        1.5: {"fraction"},
        1725627913: {"epoch seconds"},
        1725627913726: {"epoch milliseconds"},
    }


def test_a_key_in_some_objects_is_told_so() -> None:
    """A key that one of the objects lacks is not always there."""
    keys = shape_of([{"id": "1", "name": "a"}, {"id": "2"}]).members
    assert keys is not None
    assert {name: key.always for name, key in keys.keys.items()} == {"id": True, "name": False}


def test_a_deep_answer_is_told_to_a_bounded_depth() -> None:
    """What is nested deeper than any answer is left out, and does not fail."""
    value: Any = "text"
    for _ in range(200):
        value = {"inner": [value]}
    told = json.dumps(shape_to_json(shape_of(value)))
    assert told.count("inner") <= DEEPEST


@pytest.mark.parametrize("text", ["1" * 300_000, "a@" * 150_000, "0-" * 150_000, " " * 300_000, "Jan 1 " * 50_000])
def test_long_texts_take_no_time(text: str) -> None:
    """The kind of a text is told by its beginning: a million letters take no longer than a thousand."""
    assert kind_of_text(text) in {"text", "empty text", "url"}
    assert PLAIN_KEYS.name(text, 0).startswith("<")
