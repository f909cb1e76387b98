"""Encoders from Python values to wire values, with validation: a value that cannot be sent is refused here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from math import ceil, floor
from types import NoneType
from typing import Any, Final, TypeAlias, cast

import attrs

from asyncsdk.errors import InvalidArgument
from asyncsdk.files.upload import Upload
from asyncsdk.models.clear import CLEAR
from asyncsdk.routing.value_text import NoText, is_array, json_of, text_of

__all__ = [
    "Encoder",
    "copied",
    "epoch",
    "flag",
    "instance_of",
    "is_sequence",
    "joined",
    "non_blank_strings",
    "one_of",
    "record",
    "records",
    "require_sequence",
    "segment",
    "text",
    "texts",
    "upload",
    "values",
    "whole_number",
]

Encoder: TypeAlias = Callable[[Any], Any]
"""From a Python value to the value on the wire; raises ``InvalidArgument`` for one that cannot be sent."""

_TEXT: Final = frozenset({str})
_UNCHANGEABLE: Final = frozenset({str, int, float, bool, NoneType})


def copied(name: str, value: Any) -> Any:
    """A JSON value with mappings and sequences of its own: the program may change its own while the call waits."""
    try:
        return _copy_of(value)
    except RecursionError:
        raise InvalidArgument(f"{name} is nested too deeply.") from None


def _copy_of(value: object) -> object:
    if value.__class__ in _UNCHANGEABLE:
        return value
    if isinstance(value, Mapping):
        named = cast("Mapping[object, object]", value)
        return {name: _copy_of(member) for name, member in named.items()}
    return [_copy_of(member) for member in cast("Sequence[object]", value)] if is_array(value) else value


def text(name: str, longest: int | None, value: Any) -> str:
    """Text, not longer than the API takes."""
    if value.__class__ is str and longest is None and value.isascii():
        return value  # as most are
    if not isinstance(value, str):
        raise InvalidArgument(f"{name} must be text, not {type(value).__name__}.")
    if not value.isascii() and not _can_be_encoded(value):
        raise InvalidArgument(f"{name} holds half a character, a lone surrogate, which no encoding can say.")
    if longest is not None and len(value) > longest:
        raise InvalidArgument(f"{name} has {len(value)} characters; the API takes at most {longest}.")
    return str.__str__(value)  # of an enum of texts the text, and not the member's name


def _can_be_encoded(value: str) -> bool:
    try:
        str.encode(value)
    except UnicodeEncodeError:
        return False
    return True


def segment(name: str, value: Any) -> str:
    """A path segment: an empty one, or dots, would name another resource."""
    spelled = text(name, None, value)
    if spelled in {"", ".", ".."}:
        raise InvalidArgument(f"{name} must not be empty or made of dots: it is a part of the path.")
    return spelled


def texts(name: str, value: Any) -> list[str]:
    """A sequence of texts; a text alone is none."""
    members = require_sequence(name, value, of="texts")
    return [text(f"each of {name}", None, member) for member in members]


def non_blank_strings(name: str, at_least: int, at_most: int | None, value: Any) -> list[str]:
    """A sequence of so many texts, none of them blank."""
    members = texts(name, value)
    if not members and at_least:
        raise InvalidArgument(f"{name} must not be empty: spell out what is meant.")
    if at_most is not None and len(members) > at_most:
        raise InvalidArgument(f"{name} has {len(members)} members; the API takes at most {at_most}.")
    if not all(member.strip() for member in members):
        raise InvalidArgument(f"No member of {name} may be empty.")
    return members


def joined(name: str, separator: str, at_most: int | None, value: Any) -> str:
    """A sequence of texts as one."""
    members = non_blank_strings(name, 1, at_most, value)
    if any(separator in member for member in members):
        raise InvalidArgument(f"No member of {name} may contain {separator!r}: it separates them.")
    return separator.join(members)


def values(name: str, value: Any) -> Mapping[str, str]:
    """Values by column as texts, without those that are none; to erase one, an empty text travels."""
    if value.__class__ is dict and _holds_texts(value):
        return value.copy()  # the program may change its own one while the call waits
    if not isinstance(value, Mapping):
        raise InvalidArgument(f"{name} must be a mapping, not {type(value).__name__}.")
    named = cast("Mapping[object, object]", value)
    spelled: dict[str, str] = {}
    for column, said in named.items():
        if not isinstance(column, str):
            raise InvalidArgument(f"{name} must be named by texts, not by {type(column).__name__}.")
        try:
            cell = "" if said is CLEAR else text_of(said)
        except NoText as error:
            raise InvalidArgument(f"{name} holds under {column!r} {error}.") from None
        if cell is not None:
            spelled[str.__str__(column)] = cell
    return spelled


def _holds_texts(named: dict[object, object]) -> bool:
    """Whether it holds texts by texts, and can travel as it is: asked in C, as this is what most calls send."""
    try:
        "".join(cast("Iterable[str]", named.values()))
    except TypeError:
        return False
    return _TEXT.issuperset(map(type, named))


def record(name: str, model: type[Any] | None, value: Any) -> Any:
    """A mapping, or a model, whose values travel as JSON: what is no value is null; dates and others are texts."""
    if isinstance(value, Mapping):
        named = cast("Mapping[object, object]", value)
        return {column: _json_of(name, column, said) for column, said in named.items()}
    if model is None or not isinstance(value, model):
        wanted = "a mapping" if model is None else f"{model.__name__} or a mapping"
        raise InvalidArgument(f"{name} must be {wanted}, not {type(value).__name__}.")
    given = attrs.asdict(value, recurse=False)
    return attrs.evolve(value, **{field: _json_of(name, field, said) for field, said in given.items()})


def records(name: str, value: Any) -> list[Any]:
    """A sequence of mappings whose values travel as JSON."""
    rows = require_sequence(name, value)
    return [record(f"row {number:,} of {name}", None, row) for number, row in enumerate(rows, 1)]


def _json_of(name: str, column: object, said: object) -> Any:
    if not isinstance(column, str):
        raise InvalidArgument(f"{name} must be named by texts, not by {type(column).__name__}.")
    try:
        return json_of(said)
    except NoText as error:
        raise InvalidArgument(f"{name} holds under {column!r} {error}.") from None
    except RecursionError:
        raise InvalidArgument(f"{name} is nested too deeply under {column!r}.") from None


def flag(name: str, yes: str, no: str, value: Any) -> str:
    """True or False in the API's words."""
    if not isinstance(value, bool):
        raise InvalidArgument(f"{name} must be True or False, not {type(value).__name__}.")
    return yes if value else no


def whole_number(name: str, greatest: int | None, value: Any) -> str:
    """A number from 0 on."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgument(f"{name} must be a whole number, not {type(value).__name__}.")
    if value < 0:
        raise InvalidArgument(f"{name} must not be negative; it is {value}.")
    if greatest is not None and value > greatest:
        raise InvalidArgument(f"{name} must be at most {greatest}; it is {value}.")
    return int.__repr__(value)


def epoch(name: str, ticks: int, value: Any) -> str:
    """Time since 1970, so many ticks to the second."""
    if not isinstance(value, datetime):
        raise InvalidArgument(f"{name} must be a datetime, not {type(value).__name__}.")
    if value.tzinfo is None:
        raise InvalidArgument(f"{name} must say its time zone, as in datetime.now(timezone.utc).")
    # A filter must not leave out what happened within its first or its last tick.
    rounded = ceil if name.endswith("_before") else floor
    return str(rounded(round(value.timestamp() * ticks, 3)))


def one_of(name: str, choices: frozenset[str], value: Any) -> str:
    """One of the API's words."""
    if not isinstance(value, str) or value not in choices:
        raise InvalidArgument(f"{name} must be one of {', '.join(sorted(choices))}; it is {value!r}.")
    return str.__str__(value)


def upload(name: str, named: bool, value: Any) -> Upload:
    """A file, which may need a name of its own."""
    file = value if isinstance(value, Upload) else Upload(value)
    if named and not file.has_own_name:
        raise InvalidArgument(f"{name} needs a name, whose ending tells what it is: Upload(data, name='logo.png').")
    return file


def instance_of(
    name: str, usual: type[Any] | None, fits: Callable[[object], bool], wanted: str, value: object
) -> object:
    """A value of the right type, copied."""
    if type(value) is not usual and not fits(value):
        raise InvalidArgument(f"{name} must be {wanted}, not {type(value).__name__}.")
    return copied(name, value)


def require_sequence(name: str, value: object, *, of: str | None = None) -> Sequence[object]:
    """The value, if it is a sequence of whole things, and not a text.

    Raises:
        InvalidArgument: it is not; the message says of what it must be a sequence.
    """
    if not is_sequence(value):
        members = "" if of is None else f" of {of}"
        raise InvalidArgument(f"{name} must be a sequence{members}, not {type(value).__name__}.")
    return cast("Sequence[object]", value)


def is_sequence(value: object) -> bool:
    """Whether it is a sequence of whole things, and not a text."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))
