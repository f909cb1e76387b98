"""Arguments of faults: what each may be in JSON, by its type."""

from __future__ import annotations

import inspect
import math
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

from attrs import frozen

from asyncsdk.emulator.console.json_fields import object_or_none, shown
from asyncsdk.emulator.validators import InvalidArgument, did_you_mean
from asyncsdk.http.messages import Json

__all__ = ["Argument", "argument_of"]

Type: TypeAlias = Literal["text", "number", "whole", "yes-no", "choice", "json", "headers"]

_WORDS: Mapping[str, str] = {
    "text": "a text",
    "number": "a number",
    "whole": "a whole number",
    "yes-no": "true or false",
    "headers": "an object of texts",
}


@frozen
class Argument:
    """One argument of a fault."""

    name: str
    type: Type
    default: Json
    """What it is when it is left out; null where JSON has no word for it."""

    choices: tuple[str, ...]
    required: bool
    summary: str
    optional: bool
    """Whether it may be null."""

    numbers_too: bool
    """Whether it is a text that may be given as a number."""

    def described(self) -> dict[str, Json]:
        """The argument as JSON."""
        told: dict[str, Json] = {
            "name": self.name,
            "type": self.type,
            "default": self.default,
            "required": self.required,
            "summary": self.summary,
        }
        return {**told, "choices": list(self.choices)} if self.type == "choice" else told

    def read(self, value: Json) -> Any:
        """The value that the fault is made with.

        Raises:
            InvalidArgument: it is of another type.
        """
        if (value is None and self.optional) or self._fits(value):
            return value
        if self.type == "choice":
            near = did_you_mean(str(value), self.choices)
            raise InvalidArgument(f"{self.name} is one of {', '.join(self.choices)}, not {shown(value)}.{near}")
        raise InvalidArgument(f"{self.name} is {_WORDS[self.type]}, not {shown(value)}.")

    def _fits(self, value: Json) -> bool:
        if self.type == "json":
            return True
        if self.type == "choice":
            return value in self.choices
        if self.type == "headers":
            headers = object_or_none(value)
            return headers is not None and all(isinstance(each, str) for each in headers.values())
        if isinstance(value, bool) or self.type == "yes-no":
            return isinstance(value, bool) and self.type == "yes-no"
        if isinstance(value, str):
            return self.type == "text"
        if self.type == "whole":
            return isinstance(value, int)
        return isinstance(value, (int, float)) and (self.type == "number" or self.numbers_too)


def argument_of(parameter: inspect.Parameter, hint: Any, summary: str) -> Argument:
    """The argument that a parameter of this type is."""
    kinds = set(get_args(hint)) if get_origin(hint) in (Union, types.UnionType) else {hint}
    default = None if parameter.default is parameter.empty else parameter.default
    return Argument(
        parameter.name,
        _type_of(kinds),
        default if isinstance(default, (str, int, float)) and not _endless(default) else None,
        next((get_args(kind) for kind in kinds if get_origin(kind) is Literal), ()),
        parameter.default is parameter.empty,
        summary,
        type(None) in kinds,
        bool(kinds & {int, float}),
    )


def _endless(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _type_of(kinds: set[Any]) -> Type:
    """The name of a type; of several, text before the others: whatever is typed into a field is one."""
    names: Mapping[Any, Type] = {str: "text", bool: "yes-no", int: "whole", float: "number"}
    for kind, name in names.items():
        if kind in kinds:
            return name
    origins = {get_origin(kind) for kind in kinds}
    if Literal in origins:
        return "choice"
    return "headers" if Mapping in origins else "json"
