"""JSON parser for arguments, with conversion to the types that a route takes."""

from __future__ import annotations

import json
import math
import sys
import types
import typing
from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, Union, cast

import attrs

from asyncsdk.cli.suggestions import did_you_mean

__all__ = ["alternatives", "fit_type", "is_sequence", "model_of", "parse_choice", "parse_json", "parse_time"]

_WORDS: Final[Mapping[Any, str]] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
LONGEST_NUMBER: Final = 1000
_SEQUENCES: Final = frozenset({list, tuple, Sequence, Iterable, AsyncIterable})


def alternatives(kind: Any) -> tuple[Any, ...]:
    """The members of a union, without None; any other type stands for itself."""
    if typing.get_origin(kind) in (Union, types.UnionType):
        return tuple(each for each in typing.get_args(kind) if each is not types.NoneType)
    return (kind,)


def is_sequence(kind: Any) -> bool:
    """Whether it is a sequence of anything."""
    return typing.get_origin(kind) in _SEQUENCES


def model_of(kind: Any) -> Any:
    """The attrs class behind a type, also a generic one; None for anything else."""
    plain = typing.get_origin(kind) or kind
    return plain if isinstance(plain, type) and attrs.has(plain) else None


def parse_json(text: str) -> Any:
    """The JSON value that an argument holds, or names: ``@FILE`` for a file, ``-`` for stdin.

    Raises:
        ValueError: this is no JSON; the text itself is not repeated, for it may hold secrets.
    """
    if text == "-":
        source, content = "stdin", sys.stdin.read()
    elif text.startswith("@"):
        source, content = text[1:], _file_text(Path(text[1:]))
    else:
        source, content = "this", text
    try:
        return json.loads(
            content, parse_constant=_refuse_constant, parse_float=_finite_float, parse_int=_bounded_int
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"{source} is no JSON: {error.msg}, line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise ValueError(f"{source} is nested too deeply.") from None


def _file_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8.") from None
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}.") from None


def _finite_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too great.")
    return number


def _bounded_int(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number has more than {LONGEST_NUMBER} digits.")
    return int(text)


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"JSON has no {word}.")


def fit_type(value: Any, kind: Any, where: str = "") -> Any:
    """Convert a JSON value to a type: models from objects, times from text; other values stay the same.

    Args:
        value: what the JSON held.
        kind: the type.
        where: the way to the value, for the sentence that says what is wrong.

    Raises:
        ValueError: it does not fit.
    """
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        return _fit_union(value, kind, where)
    if origin is Literal:
        return _with_path(where, parse_choice, value, typing.get_args(kind))
    if kind is datetime:
        return _with_path(where, parse_time, value)
    if kind in _WORDS:
        return _fit_scalar(value, kind, where)
    if model_of(kind) is not None:
        return _fit_model(value, model_of(kind), where)
    if is_sequence(kind):
        if not isinstance(value, list):
            raise _wrong_type(where, "a JSON array")
        members = cast("list[object]", value)
        inner = typing.get_args(kind)[0]
        return [fit_type(each, inner, f"{where}[{index}]") for index, each in enumerate(members)]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise _wrong_type(where, "a JSON object")
        inner = typing.get_args(kind)[1]
        return {
            key: fit_type(each, inner, _member_path(where, key))
            for key, each in cast("dict[str, Any]", value).items()
        }
    return value


def _fit_union(value: Any, kind: Any, where: str) -> Any:
    """The first alternative that fits; where none does, what the last one says."""
    kinds = alternatives(kind)
    if value is None and types.NoneType in typing.get_args(kind):
        return None
    for each in kinds[:-1]:
        try:
            return fit_type(value, each, where)
        except ValueError:
            continue
    return fit_type(value, kinds[-1], where)


def _fit_scalar(value: Any, kind: Any, where: str) -> Any:
    fits = isinstance(value, (int, float) if kind is float else kind)
    if not fits or (isinstance(value, bool) and kind is not bool):
        raise _wrong_type(where, _WORDS[kind])
    return value


def _fit_model(value: Any, model: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong_type(where, "a JSON object")
    told = cast("dict[str, Any]", value)
    fields = {field.name: field for field in attrs.fields(attrs.resolve_types(model)) if field.init}
    for key in told:
        if key not in fields:
            known = f"known are {', '.join(fields)}.{did_you_mean(key, fields)}"
            raise ValueError(f"{_prefix(where)}there is no {key!r}; {known}")
    missing = [name for name, field in fields.items() if field.default is attrs.NOTHING and name not in told]
    if missing:
        raise ValueError(f"{_prefix(where)}missing: {', '.join(missing)}.")
    return model(**{key: fit_type(each, fields[key].type, _member_path(where, key)) for key, each in told.items()})


def parse_choice(value: Any, choices: tuple[Any, ...]) -> Any:
    """One of the choices, to the letter.

    Raises:
        ValueError: it is none of them; they are named, the nearest once more.
    """
    if value in choices and not isinstance(value, bool):
        return value
    words = list(map(str, choices))
    raise ValueError(f"expected one of {', '.join(words)}.{did_you_mean(str(value), words)}")


def parse_time(value: Any) -> datetime:
    """A time in ISO 8601 that says its zone.

    Raises:
        ValueError: it is no such time; a zone is never guessed.
    """
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("expected a time in ISO 8601, such as 2026-01-31T09:30:00Z.") from None
    if read.tzinfo is None:
        known = "a date alone" if _is_date(value) else "this time"
        raise ValueError(f"{known} says no zone: write it as 2026-01-31T00:00:00Z, or with an offset like +01:00.")
    return read


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _with_path(where: str, check: Any, *arguments: Any) -> Any:
    try:
        return check(*arguments)
    except ValueError as error:
        raise ValueError(f"{_prefix(where)}{error}") from None


def _member_path(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _prefix(where: str) -> str:
    return f"{where}: " if where else ""


def _wrong_type(where: str, wanted: str) -> ValueError:
    return ValueError(f"{_prefix(where)}expected {wanted}.")
