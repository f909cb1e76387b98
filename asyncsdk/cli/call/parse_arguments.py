"""Argument parser: from texts of a command line to the values that a route takes, by their types alone."""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast

import attrs
from attrs import frozen

from asyncsdk.cli.call.parse_json import (
    alternatives,
    fit_type,
    is_sequence,
    model_of,
    parse_choice,
    parse_json,
    parse_time,
)
from asyncsdk.files.upload import File

__all__ = ["Argument", "argument_for"]

Read: TypeAlias = Callable[[str], Any]

FROM: Final = "as it is, as @FILE, or as - for stdin"


@frozen
class Argument:
    """How one parameter of a route is written on a command line."""

    read: Callable[[Sequence[str]], Any]
    """From the texts, one for each time that it is given, to the value; raises ValueError."""

    metavar: str
    """The metavar: the name of the value in the help."""

    hint: str = ""
    """What the help says of how it is written."""

    many: bool = False
    """Whether it may be given more than once."""


def argument_for(annotation: Any) -> Argument | None:
    """How a type is written; None for a flag, which takes no text."""
    kinds = alternatives(annotation)
    if bool in kinds:
        return None
    if frozenset(kinds) != frozenset(alternatives(File)):
        for kind in kinds:
            if is_sequence(kind):
                return _repeated(typing.get_args(kind)[0])
    read, metavar, hint = _reader_of(annotation)
    return Argument(partial(_read_last, read), metavar, hint)


def _read_last(read: Read, texts: Sequence[str]) -> Any:
    return read(texts[-1])


def _repeated(member: Any) -> Argument:
    """Repeating is the one way to give several texts: no separator could be told from a part of a text."""
    read, metavar, hint = _reader_of(member)
    if metavar != "JSON":
        told = ". ".join(filter(None, (hint, "Repeat it for several")))
        return Argument(partial(_read_each, read), metavar, told, many=True)
    return Argument(partial(_read_members, member), metavar, f"{hint}; repeat it or give an array", many=True)


def _read_each(read: Read, texts: Sequence[str]) -> list[Any]:
    return [read(text) for text in texts]


def _read_members(member: Any, texts: Sequence[str]) -> list[Any]:
    """Each text gives one member, or all members of an array."""
    found: list[Any] = []
    for text in texts:
        value = parse_json(text)
        found.extend(cast("list[object]", value) if isinstance(value, list) else [value])
    return [fit_type(value, member, f"[{index}]") for index, value in enumerate(found)]


def _reader_of(annotation: Any) -> tuple[Read, str, str]:
    """How one value is read, its metavar and its hint."""
    kinds = alternatives(annotation)
    if frozenset(kinds) == frozenset(alternatives(File)):
        return _read_path, "FILE", ""
    if str in kinds:
        return str, "TEXT", ""
    if datetime in kinds:
        return parse_time, "TIME", "ISO 8601 with a zone, such as 2026-01-31T09:30:00Z"
    choices = tuple(each for kind in kinds if typing.get_origin(kind) is Literal for each in typing.get_args(kind))
    if choices:
        by_word = {str(each): each for each in choices}
        return partial(_read_choice, by_word), "CHOICE", f"One of {', '.join(map(_quoted, by_word))}"
    if int in kinds:
        return _read_int, "INT", ""
    if float in kinds:
        return _read_float, "NUMBER", ""
    return partial(_read_json, annotation), "JSON", _json_hint(kinds)


def _read_json(annotation: Any, text: str) -> Any:
    return fit_type(parse_json(text), annotation)


def _quoted(word: str) -> str:
    """A choice, with quotes where it holds what separates choices."""
    return f"'{word}'" if set(word) & {",", " "} else word


def _read_choice(choices: dict[str, Any], text: str) -> Any:
    return choices[parse_choice(text, tuple(choices))]


def _read_int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("expected a whole number.") from None


def _read_float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("expected a number.") from None


def _read_path(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ValueError(f"{path} is {'no regular file' if path.exists() else 'not there'}.")
    return path


def _json_hint(kinds: tuple[Any, ...]) -> str:
    """What is known of the JSON: a model's keys, the optional ones in brackets."""
    others = ", or any object" if len(kinds) > 1 else ""
    for kind in kinds:
        model = model_of(kind)
        if model is not None:
            fields = [field for field in attrs.fields(model) if field.init]
            keys = [each.name if each.default is attrs.NOTHING else f"[{each.name}]" for each in fields]
            return f"JSON: an object of {' '.join(keys)}{others}; {FROM}"
    return f"JSON: {FROM}"
