"""Comparison of facts: laws, and what counts as a difference."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from asyncsdk.probe.comparison import Verdict, compare
from asyncsdk.probe.fact import AnswerShape, Fact, value_fact
from asyncsdk.probe.shape import JsonShape, shape_of
from tests.probe.test_shape import SHAPES


def answered(body: JsonShape, **parts: Any) -> Fact:
    """The fact of an answer with this body."""
    return Fact("lists.all: answer", AnswerShape(parts.pop("status", 200), "application/json", body, **parts))


@pytest.mark.slow
@given(SHAPES)
def test_an_answer_agrees_with_itself(body: JsonShape) -> None:
    """Nothing differs from itself, and nothing of it is not seen."""
    fact = answered(body)
    compared = compare(fact, fact)
    assert compared.verdict is Verdict.SAME
    assert not compared.differences
    assert not compared.not_seen


@pytest.mark.slow
@given(SHAPES, SHAPES)
def test_what_is_not_seen_is_not_seen_from_both_sides(one: JsonShape, two: JsonShape) -> None:
    """Where one side tells nothing, it does not matter which."""
    verdicts = {
        compare(answered(first), answered(second)).verdict is Verdict.NOT_SEEN
        for first, second in ((one, two), (two, one))
    }
    assert len(verdicts) == 1


@pytest.mark.parametrize(
    ("seen", "expected", "where"),
    [
        ({"id": "l-0001"}, {"id": "12345"}, "$.id"),
        ({"id": 5}, {"id": "5"}, "$.id"),
        ({"when": 1725627913}, {"when": 1725627913726}, "$.when"),
        ({"total": 5}, {"total": -1}, "$.total"),
        ({"a": 1, "b": 1}, {"a": 1}, "$.b"),
        ({"a": 1}, {"a": 1, "b": 1}, "$.b"),
        ([{"a": 1}, {}], [{"a": 1}], "$[].a"),
        ({"result": [[1]]}, {"result": [{"a": 1}]}, "$.result[]"),
        ({"name": {"first": "Ada"}}, {"name": "Ada"}, "$.name"),
        ([1], {"result": [1]}, "$"),
    ],
)
def test_what_differs_is_told_with_its_place(seen: Any, expected: Any, where: str) -> None:
    """A kind, a key or a level that is another one is one difference, at its place."""
    compared = compare(answered(shape_of(seen)), answered(shape_of(expected)))
    assert compared.verdict is Verdict.DIFFERS
    assert [each.where for each in compared.differences] == [where]


@pytest.mark.parametrize(
    ("seen", "expected", "not_seen"),
    [
        ({"result": []}, {"result": [{"id": 1}]}, ["$.result[]"]),
        ({"result": [{"id": 1}]}, {"result": []}, ["$.result[]"]),
        ({"name": None, "id": 1}, {"name": "Ada", "id": 1}, ["$.name"]),
        ({"name": "", "id": 1}, {"name": "Ada", "id": 1}, ["$.name"]),
        ([{"id": 1}], [{"id": 1, "size": 2}, {"id": 1}], ["$[].size"]),
    ],
)
def test_what_one_side_does_not_hold_is_not_seen(seen: Any, expected: Any, not_seen: list[str]) -> None:
    """An empty array, a null, an empty text and a key that is not always there are no differences."""
    compared = compare(answered(shape_of(seen)), answered(shape_of(expected)))
    assert compared.verdict is Verdict.SAME
    assert list(compared.not_seen) == not_seen


@pytest.mark.parametrize(
    ("seen", "expected"),
    [("Ada", "ada@example.com"), ("12345", "Ada")],
)
def test_free_text_may_have_any_form(seen: str, expected: str) -> None:
    """Where the reference has free text, the account may have a text of any form, and not the other way round."""
    verdict = compare(answered(shape_of([seen])), answered(shape_of([expected]))).verdict
    assert (verdict is Verdict.SAME) == (expected == "Ada")


def test_an_answer_that_is_refused_differs_by_its_status_and_words() -> None:
    """A refusal in the place of an answer is told by what it says, and its body is compared with no other's."""
    refused = answered(shape_of({"errorCode": 10004}), status=400, error="10004: Invalid or missing list")
    compared = compare(refused, answered(shape_of({"result": [1]})), documented=True)
    assert [(each.where, each.seen) for each in compared.differences] == [
        ("status", "400"),
        ("error", "10004: Invalid or missing list"),
    ]
    assert {each.expected_by for each in compared.differences} == {("emulator", "table")}


def test_what_the_model_does_not_fit_is_told_as_such() -> None:
    """A problem of the result type, and a key that it does not know, are the model's."""
    seen = answered(
        shape_of([1]), problems=("invalid value for type, expected int @ $.count",), unknown_keys=("A: x",)
    )
    compared = compare(seen, answered(shape_of([1])))
    assert [(each.where, each.expected_by) for each in compared.differences] == [
        ("$.count", ("model",)),
        ("keys", ("model",)),
    ]


@pytest.mark.parametrize(
    ("seen", "expected", "verdict"),
    [
        (True, True, Verdict.SAME),
        (True, False, Verdict.DIFFERS),
        (1, True, Verdict.DIFFERS),
        (None, True, Verdict.NOT_SEEN),
        (True, None, Verdict.NOT_SEEN),
        (("pending", "running"), ("running", "pending"), Verdict.SAME),
        ("milliseconds", "seconds", Verdict.DIFFERS),
    ],
)
def test_values_are_the_same_or_not(seen: Any, expected: Any, verdict: Verdict) -> None:
    """A value that could not be told is not seen; the order of words does not matter."""
    assert compare(value_fact("x", seen), value_fact("x", expected)).verdict is verdict


def test_a_fact_that_the_reference_lacks_differs() -> None:
    """What only the account shows is told."""
    assert compare(value_fact("x", value=True), None).verdict is Verdict.DIFFERS
