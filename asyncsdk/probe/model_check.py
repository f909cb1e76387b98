"""Model check: an answer read by its route's own result type, as a session would read it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast, get_origin

import attrs

from asyncsdk.decoding.results import decode_result
from asyncsdk.errors import ActOnError, DecodeError
from asyncsdk.http.json import encode_json
from asyncsdk.http.messages import Response
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.key_names import KeyNames
from asyncsdk.probe.shape import DEEPEST, MOST_MEMBERS

__all__ = ["ModelFinding", "check_model"]

MOST: Final = 50
"""Lines that are told of one answer."""

LONG: Final = 1_000_000
"""Bytes from which on only the beginning of each array is read: the loop stands still meanwhile."""

_SEGMENT: Final = re.compile(r"\[\d+\]|\['[^']*'\]|\[[^\]]*\]|\.\w+")


class ModelFinding(NamedTuple):
    """Finding of a model check: what the result type says of an answer."""

    problems: tuple[str, ...] = ()
    """Where the answer departs from it, one line each."""

    unknown_keys: tuple[str, ...] = ()
    """Keys that it does not know, behind the model that keeps them."""


def check_model(answer: Answer, key_names: KeyNames) -> ModelFinding:
    """Read an answer by its route's result type; no line holds a value of it.

    Args:
        answer: one that is no refusal.
        key_names: which keys are told.
    """
    result = answer.route.result
    if get_origin(result) is AsyncIterator:  # a file, which no model describes
        return ModelFinding()
    try:
        value = decode_result(result, _beginning(answer))
    except DecodeError as error:
        lines = [_without_keys(line, key_names) for line in error.problems]
        return ModelFinding(tuple(dict.fromkeys(lines)) or ("the answer has another form than the result type",))
    except ActOnError as error:
        return ModelFinding((f"{type(error).__name__} where a result was expected",))
    return ModelFinding(unknown_keys=tuple(sorted({*_unknown_keys(value, key_names, 0)})[:MOST]))


def _beginning(answer: Answer) -> Response:
    """The answer; of a very long one, the members of its arrays that its shape is told by, too."""
    response = answer.response
    if len(response.body) < LONG or answer.json is None:
        return response
    return Response(response.status, response.headers, encode_json(_first_members(answer.json, 0)))


def _first_members(value: Any, depth: int) -> Any:
    if depth < DEEPEST and isinstance(value, list):
        return [_first_members(member, depth + 1) for member in cast("Sequence[Any]", value)[:MOST_MEMBERS]]
    if depth < DEEPEST and isinstance(value, dict):
        return {key: _first_members(inner, depth + 1) for key, inner in cast("dict[str, Any]", value).items()}
    return value


def _without_keys(line: str, key_names: KeyNames) -> str:
    """A line such as ``invalid value for type, expected int @ $.items[3].id``, without places and foreign keys."""
    what, _, path = line.partition(" @ ")

    def segment(found: re.Match[str]) -> str:
        text = found[0]
        if text.startswith("."):  # a field of a model
            return text
        return "[]" if text[1:-1].isdecimal() else f"[{key_names.name(text[1:-1].strip(chr(39)), DEEPEST)}]"

    return f"{what} @ {_SEGMENT.sub(segment, path)}" if path else what


def _unknown_keys(value: object, key_names: KeyNames, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        return
    kind = type(value)
    if attrs.has(kind):
        for each in attrs.fields(kind):
            inner = getattr(value, each.name)
            if "rest" in each.metadata:
                keys = cast("Mapping[str, Any]", inner)
                yield from (f"{kind.__name__}: {key_names.name(key, depth)}" for key in keys)
            else:
                yield from _unknown_keys(inner, key_names, depth + 1)
    elif isinstance(value, (list, tuple)):
        for inner in cast("Sequence[Any]", value)[:MOST_MEMBERS]:
            yield from _unknown_keys(inner, key_names, max(depth + 1, key_names.plain_above))
