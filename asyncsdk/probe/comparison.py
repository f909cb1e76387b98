"""Comparison of a fact with that of the reference: same, differs, or not seen.

What one side does not hold says nothing: an empty array tells nothing of its members, null and an empty text tell
nothing of the value that may be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from asyncsdk.probe.fact import AnswerShape, Fact, FactValue, value_words
from asyncsdk.probe.shape_comparison import compare_shapes, tells_something

__all__ = ["Compared", "Difference", "Verdict", "compare"]


class Verdict(StrEnum):
    """Verdict of a comparison."""

    SAME = "same"
    """All that both hold agrees."""

    DIFFERS = "differs"
    """Something does not agree."""

    NOT_SEEN = "not seen"
    """One of them holds nothing by which it could be told."""


_EMULATOR: Final = "emulator"
_MODEL: Final = "model"


@frozen
class Difference:
    """One difference."""

    where: str
    """The place, such as ``$.result[].id``, or ``status``."""

    seen: str
    """What the account answers with."""

    expected: str
    """What was expected instead."""

    expected_by: tuple[str, ...]
    """Who expected it: ``model``, ``emulator`` or ``table``."""


@frozen
class Compared:
    """One fact, compared."""

    fact: Fact
    """The fact of the account."""

    verdict: Verdict
    """What came out."""

    differences: tuple[Difference, ...] = ()
    """What does not agree."""

    not_seen: tuple[str, ...] = field(default=(), kw_only=True)
    """Places of which one side tells nothing."""


def compare(fact: Fact, reference: Fact | None, *, documented: bool = False) -> Compared:
    """Compare a fact with the one that the same check gave for the reference.

    Args:
        fact: the account's.
        reference: the emulator's; None where it has none of this name.
        documented: whether the table says that the shape is documented, or captured.
    """
    by = (_EMULATOR, "table") if documented else (_EMULATOR,)
    if reference is None:
        missing = Difference("fact", "there", "not there", (_EMULATOR,))
        return Compared(fact, Verdict.DIFFERS, (missing,))
    seen, expected = fact.value, reference.value
    if isinstance(seen, AnswerShape) and isinstance(expected, AnswerShape):
        return _compare_answers(fact, seen, expected, by)
    if seen is None or expected is None:
        return Compared(fact, Verdict.NOT_SEEN)
    if seen == expected and type(seen) is type(expected):
        return Compared(fact, Verdict.SAME)
    return Compared(fact, Verdict.DIFFERS, (Difference("value", _told(seen), _told(expected), by),))


def _compare_answers(fact: Fact, seen: AnswerShape, expected: AnswerShape, by: tuple[str, ...]) -> Compared:
    differences = [Difference(where, one, other, by) for where, one, other in _envelope(seen, expected)]
    not_seen: list[str] = []
    if (seen.error is None) == (expected.error is None):
        for each in compare_shapes(seen.body, expected.body, "$"):
            if each.expected is None:
                not_seen.append(each.where)
            else:
                differences.append(Difference(each.where, each.seen, each.expected, by))
    differences += _by_model(seen, expected)
    if differences:
        verdict = Verdict.DIFFERS
    else:
        # What is empty on both sides is meant to be, such as the answer about an address that nobody has.
        is_seen = seen.error is not None or tells_something(seen.body) == tells_something(expected.body)
        verdict = Verdict.SAME if is_seen else Verdict.NOT_SEEN
    return Compared(fact, verdict, tuple(differences), not_seen=tuple(not_seen))


def _envelope(seen: AnswerShape, expected: AnswerShape) -> Iterator[tuple[str, str, str]]:
    """What surrounds the body: status, content type, and the words of a refusal."""
    if seen.status != expected.status:
        yield "status", str(seen.status), str(expected.status)
    if seen.error != expected.error:
        yield "error", seen.error or "none", expected.error or "none"
    elif seen.content_type != expected.content_type:
        yield "content type", seen.content_type or "none", expected.content_type or "none"


def _by_model(seen: AnswerShape, expected: AnswerShape) -> Iterator[Difference]:
    """What the result type does not fit, unless it does not fit the emulator's answer either."""
    for problem in seen.problems:
        if problem not in expected.problems:
            what, _, path = problem.partition(" @ ")
            yield Difference(path or "$", what, "the result type", (_MODEL,))
    for key in seen.unknown_keys:
        if key not in expected.unknown_keys:
            yield Difference("keys", key, "no such key", (_MODEL,))


def _told(value: AnswerShape | FactValue) -> str:
    return f"an answer with status {value.status}" if isinstance(value, AnswerShape) else value_words(value)
