"""Argument decoder: from a request to a handler's arguments, as the table describes them."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, TypeAlias, Union

from attrs import frozen

from asyncsdk.emulator.http.request import ReceivedCall
from asyncsdk.emulator.http.responses import (
    UNPUBLISHED,
    Answer,
    Refusal,
    empty,
    gateway,
    listed,
    missing,
    refusal,
    spring,
)
from asyncsdk.emulator.processing.upload_specs import columns_of, merge_specs
from asyncsdk.emulator.processing.user_specs import emails_of, users_of
from asyncsdk.files.upload import File
from asyncsdk.models import Column, NewUser
from asyncsdk.routing.markers import EncodedBy, Joined, Location, Maximum
from asyncsdk.routing.params import Param
from asyncsdk.routing.route import Route

__all__ = ["arguments", "body_kinds"]

Read: TypeAlias = Callable[[str], Any]

SECONDS_END = 10**11
"""Smaller numbers are seconds, greater ones milliseconds: sources disagree about the suppression lists."""

_KINDS = {
    Location.JSON: "application/json",
    Location.MULTIPART: "multipart/form-data",
    Location.FORM: "application/x-www-form-urlencoded",
}


@cache
def body_kinds(route: Route) -> tuple[str, ...]:
    """The content types that a route's body may have; none if it has no body."""
    places = {param.location for param in route.params}
    if route.body is not Location.FORM:
        places.add(route.body)
    return tuple(kind for place, kind in _KINDS.items() if place in places)


def arguments(route: Route, path: Mapping[str, str], received: ReceivedCall) -> dict[str, Any]:
    """A handler's arguments by name; those that did not travel are left to its defaults.

    Raises:
        Refusal: one is missing or malformed.
    """
    try:
        return _arguments(route, path, received)
    except Refusal as refused:
        raise _in_words_of(route, refused) from None


def _in_words_of(route: Route, refused: Refusal) -> Refusal:
    """The refusal in the envelope of the service that the route belongs to."""
    answer = refused.answer
    if route.path.startswith("/ucl/"):
        return empty(415) if answer.status == 415 else listed(_words_in(answer))
    if route.path.startswith("/custom-objects/") and answer.status != 415:
        return spring(400, "BAD_REQUEST", _words_in(answer))
    return refused


def _words_in(answer: Answer) -> str:
    return str(answer.body.get("message") or answer.body["moreInformation"])


def _arguments(route: Route, path: Mapping[str, str], received: ReceivedCall) -> dict[str, Any]:
    expected = body_kinds(route)
    if expected and received.kind and received.kind not in expected:
        raise Refusal(gateway(415, "Unsupported Media Type", f"Expected {' or '.join(expected)}"))
    found: dict[str, Any] = {}
    for param, read in _plan(route):
        value = _value(param, read, path, received)
        if value is not _ABSENT:
            found[param.name] = value
    return found


@cache
def _plan(route: Route) -> Sequence[tuple[Param, Read]]:
    """Parameters in the order in which the platform checks them: the merge target first, then the file."""
    ordered = sorted(
        route.params, key=lambda param: (not param.assembled, _kinds(param.annotation) != _kinds(File))
    )
    return [(param, _reader(route, param)) for param in ordered]


_ABSENT = object()


def _value(param: Param, read: Read, path: Mapping[str, str], received: ReceivedCall) -> Any:
    if param.location is Location.PATH:
        return path.get(param.name, _ABSENT)
    if param.assembled:
        return merge_specs(_text(param, received) or "", path)[param.name]
    if param.location is Location.JSON:
        body: Any = received.json
        if param.whole:
            return _ABSENT if body is None and not param.required else _json(param, body)
        return _json_field(param, body)
    if _kinds(param.annotation) == _kinds(File):
        return _file(param, received)
    if _is_texts(param):
        return list(received.fields.get(param.wire, []))
    text = _text(param, received)
    if not text and param.required:
        raise missing(param.wire)
    if text is None:
        return _ABSENT
    return read(text)


def _text(param: Param, received: ReceivedCall) -> str | None:
    if param.location is Location.QUERY:
        return received.query.get(param.wire)
    texts = received.fields.get(param.wire)
    return texts[0] if texts else None


def _file(param: Param, received: ReceivedCall) -> Any:
    path = next((path for name, path in received.files.items() if name.casefold() == param.wire), None)
    if path is None and param.required:
        raise refusal(10003, "Input file missing")
    return _ABSENT if path is None else path


def _json(param: Param, body: Any) -> Any:
    if param.annotation == Sequence[NewUser]:
        return users_of(body)
    if param.annotation == Sequence[str] and any(isinstance(marker, EncodedBy) for marker in param.markers):
        return emails_of(body)
    wanted = list if any(_is_sequence(kind) for kind in _kinds(param.annotation)) else dict
    if not isinstance(body, wanted):
        raise Refusal(gateway(400, "Bad Request", f"Expected a JSON {'array' if wanted is list else 'object'}"))
    return typing.cast("Any", body)


def _json_field(param: Param, body: Any) -> Any:
    """A field of a JSON object, by its way through it; of its value only the type is checked."""
    value = body
    for name in param.wire.split("."):
        value = typing.cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
    if value is None and param.required:
        raise missing(param.wire)
    if value is None:
        return _ABSENT
    if not any(_is_of(kind, value) for kind in _kinds_on_the_wire(param)):
        raise refusal(UNPUBLISHED, f"Invalid parameter - {param.wire}")
    return value


def _are_texts(members: Sequence[object]) -> bool:
    return all(isinstance(each, str) for each in members)


def _kinds_on_the_wire(param: Param) -> frozenset[Any]:
    """JSON types that a field may have; a field with an encoder of its own is left to its handler."""
    if any(isinstance(marker, EncodedBy) for marker in param.markers):
        return frozenset({Any})
    if any(isinstance(marker, Joined) for marker in param.markers):
        return frozenset({str})
    return _kinds(param.annotation)


def _is_of(kind: Any, value: Any) -> bool:
    """Whether a JSON value can be what a parameter's type says; types of other packages are left to handlers."""
    if _is_sequence(kind):
        return isinstance(value, list) and (kind != Sequence[str] or _are_texts(typing.cast("list[object]", value)))
    if typing.get_origin(kind) in {Mapping, dict}:
        return isinstance(value, dict)
    return type(value) is kind if kind in {str, bool, int} else True


def _is_sequence(kind: Any) -> bool:
    return typing.get_origin(kind) in (Sequence, list, tuple)


def _is_texts(param: Param) -> bool:
    """Whether the name may come any number of times, also none."""
    joined = any(isinstance(marker, Joined) for marker in param.markers)
    return param.annotation == Sequence[str] and not joined


def _kinds(annotation: Any) -> frozenset[Any]:
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return frozenset(typing.get_args(annotation)) - {types.NoneType}
    return frozenset({annotation})


@frozen
class _Choice:
    """One of several words, upper or lower case."""

    wire: str
    words: tuple[str, ...]

    def __call__(self, text: str) -> str:
        for word in self.words:
            if word.casefold() == text.casefold():
                return word
        raise refusal(UNPUBLISHED, f"Invalid parameter - {self.wire}")


def _reader(route: Route, param: Param) -> Read:
    for marker in param.markers:
        if isinstance(marker, Joined):
            return _Split(marker.separator)
        if isinstance(marker, Maximum):
            return _Number(param.wire, marker.value)
    kinds = _kinds(param.annotation)
    if Sequence[Column] in kinds:
        return columns_of
    if bool in kinds:
        return _yes
    if datetime in kinds:
        return _Time(param.wire, in_seconds_too="{list_id}" not in route.path)
    words = [word for kind in kinds if typing.get_origin(kind) is Literal for word in typing.get_args(kind)]
    if words:
        return _Choice(param.wire, tuple(words))
    return _Number(param.wire) if int in kinds else str


def _yes(text: str) -> bool:
    return text.casefold() in {"y", "yes", "true", "1"}


@frozen
class _Split:
    separator: str

    def __call__(self, text: str) -> list[str]:
        return [part for part in text.split(self.separator) if part]


@frozen
class _Number:
    wire: str
    greatest: int | None = None

    def __call__(self, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise refusal(UNPUBLISHED, f"Invalid parameter - {self.wire}")
        number = int(text)
        return number if self.greatest is None else min(number, self.greatest)


@frozen
class _Time:
    wire: str
    in_seconds_too: bool

    def __call__(self, text: str) -> datetime:
        number = _Number(self.wire)(text)
        seconds = number if self.in_seconds_too and number < SECONDS_END else number / 1000
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise refusal(UNPUBLISHED, f"Invalid parameter - {self.wire}") from error
