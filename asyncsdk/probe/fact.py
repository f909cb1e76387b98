"""Fact: one thing that a check has found out about an account, masked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

from attrs import field, frozen

from asyncsdk.probe.masked_words import masked_words
from asyncsdk.probe.shape import JsonShape

__all__ = ["AnswerShape", "Fact", "FactValue", "value_fact", "value_words"]

FactValue: TypeAlias = bool | int | str | tuple[str, ...] | None
"""A value that says nothing of a person; None where the account held nothing by which it could be found out."""

MOST_WORDS: Final = 50
"""Words of one fact."""


@frozen
class AnswerShape:
    """Shape of one answer."""

    status: int
    """The HTTP status."""

    content_type: str
    """The content type, without its parameters."""

    body: JsonShape
    """The shape of the body."""

    error: str | None = None
    """The code and the words of a refusal, masked."""

    problems: tuple[str, ...] = ()
    """Where the body departs from the route's result type."""

    unknown_keys: tuple[str, ...] = ()
    """Keys that the route's result type does not know."""


@frozen
class Fact:
    """One fact, by a name that says what it is about."""

    name: str
    """What was found out, such as ``lists.all: answer``; one check has no two of the same name."""

    value: AnswerShape | FactValue
    """The shape of an answer, or a value."""

    route: str | None = field(default=None, kw_only=True)
    """The route that it says something about, such as ``lists.all``."""

    @property
    def kind(self) -> str:
        """``shape`` or ``value``."""
        return "shape" if isinstance(self.value, AnswerShape) else "value"


def value_fact(
    name: str, value: bool | int | str | Iterable[str] | None, *, route: str | None = None, sent: Iterable[str] = ()
) -> Fact:
    """A fact that is a value: a flag, a number, or the server's own words, which are masked here.

    Args:
        name: what was found out.
        value: the value; several words are sorted, each is told once.
        route: the route that it says something about.
        sent: the values that the call sent, which its answer may repeat.
    """
    sent = tuple(sent)
    if isinstance(value, str):
        return Fact(name, masked_words(value, sent), route=route)
    if value is None or isinstance(value, int):
        return Fact(name, value, route=route)
    words = sorted({masked_words(word, sent) for word in value})
    return Fact(name, tuple(words[:MOST_WORDS]), route=route)


def value_words(value: FactValue) -> str:
    """A value as a report tells it."""
    if value is None:
        return "could not be told"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) or "nothing" if isinstance(value, tuple) else str(value)
