"""From the texts of a command line to the values that a row of the table takes, by their types alone."""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast

import attrs
from attrs import frozen

from asyncsdk.cli.call.parse_json import alternatives, choice, fit, is_many, json_of, model_of, moment
from asyncsdk.files.upload import File

__all__ = ["Argument", "argument_of"]

Read: TypeAlias = Callable[[str], Any]

FROM: Final = "as it is, as @FILE, or as - for stdin"


@frozen
class Argument:
    """How one parameter of a row is written on a command line."""

    read: Callable[[Sequence[str]], Any]
    """From the texts, one for each time that it is given, to the value; raises ValueError."""

    metavar: str
    """What stands for a value in the help."""

    hint: str = ""
    """What the help says of how it is written."""

    many: bool = False
    """Whether it may be given more than once."""


def argument_of(annotation: Any) -> Argument | None:
    """How a type is written; None for a flag, which takes no text."""
    kinds = alternatives(annotation)
    if bool in kinds:
        return None
    if frozenset(kinds) != frozenset(alternatives(File)):
        for kind in kinds:
            if is_many(kind):
                return _many(typing.get_args(kind)[0])
    read, metavar, hint = _one(annotation)
    return Argument(partial(_only, read), metavar, hint)


def _only(read: Read, texts: Sequence[str]) -> Any:
    return read(texts[-1])


def _many(member: Any) -> Argument:
    """Repeating is the one way to give several texts: no separator could be told from a part of a text."""
    read, metavar, hint = _one(member)
    if metavar != "JSON":
        told = ". ".join(filter(None, (hint, "Repeat it for several")))
        return Argument(partial(_each, read), metavar, told, many=True)
    return Argument(partial(_members, member), metavar, f"{hint}; repeat it or give an array", many=True)


def _each(read: Read, texts: Sequence[str]) -> list[Any]:
    return [read(text) for text in texts]


def _members(member: Any, texts: Sequence[str]) -> list[Any]:
    """Each text gives one member, or all members of an array."""
    found: list[Any] = []
    for text in texts:
        value = json_of(text)
        found.extend(cast("list[object]", value) if isinstance(value, list) else [value])
    return [fit(value, member, f"[{index}]") for index, value in enumerate(found)]


def _one(annotation: Any) -> tuple[Read, str, str]:
    """How one value is read, its metavar and its hint."""
    kinds = alternatives(annotation)
    if frozenset(kinds) == frozenset(alternatives(File)):
        return _file, "FILE", ""
    if str in kinds:
        return str, "TEXT", ""
    if datetime in kinds:
        return moment, "TIME", "ISO 8601 with a zone, such as 2026-01-31T09:30:00Z"
    choices = tuple(each for kind in kinds if typing.get_origin(kind) is Literal for each in typing.get_args(kind))
    if choices:
        by_word = {str(each): each for each in choices}
        return partial(_choice, by_word), "CHOICE", f"One of {', '.join(map(_quoted, by_word))}"
    if int in kinds:
        return _whole_number, "INT", ""
    if float in kinds:
        return _number, "NUMBER", ""
    return partial(_json, annotation), "JSON", _shape_of(kinds)


def _json(annotation: Any, text: str) -> Any:
    return fit(json_of(text), annotation)


def _quoted(word: str) -> str:
    """A choice, with quotes where it holds what separates choices."""
    return f"'{word}'" if set(word) & {",", " "} else word


def _choice(choices: dict[str, Any], text: str) -> Any:
    return choices[choice(text, tuple(choices))]


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("expected a whole number.") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("expected a number.") from None


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ValueError(f"{path} is {'no regular file' if path.exists() else 'not there'}.")
    return path


def _shape_of(kinds: tuple[Any, ...]) -> str:
    """What is known of the JSON: a model's keys, the optional ones in brackets."""
    others = ", or any object" if len(kinds) > 1 else ""
    for kind in kinds:
        model = model_of(kind)
        if model is not None:
            fields = [field for field in attrs.fields(model) if field.init]
            keys = [each.name if each.default is attrs.NOTHING else f"[{each.name}]" for each in fields]
            return f"JSON: an object of {' '.join(keys)}{others}; {FROM}"
    return f"JSON: {FROM}"
