"""Types in words: as source in a signature, and with links in running text."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union

from names import linkable_names

import asyncsdk

__all__ = ["linked", "spelled", "without_none"]


@cache
def _aliases() -> Mapping[Any, str]:
    """The public names of types that have none of their own, such as choices of words."""
    values = {name: getattr(asyncsdk, name) for name in linkable_names()}
    return {value: name for name, value in values.items() if typing.get_origin(value) is not None or value is Any}


def spelled(annotation: Any) -> str:
    """A type as it stands in source, under its public name where it has one."""
    if annotation in (None, types.NoneType):
        return "None"
    if isinstance(annotation, list):  # the arguments of a callable
        return f"[{', '.join(map(spelled, annotation))}]"
    if (name := _aliases().get(annotation)) is not None:
        return name
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return spelled(arguments[0])
    if origin in (Union, types.UnionType):
        return " | ".join(_alternatives(arguments))
    if origin is Literal:
        return f"Literal[{', '.join(repr(choice) for choice in arguments)}]".replace("'", '"')
    if isinstance(annotation, TypeVar):
        return annotation.__name__
    if origin is not None:
        inside = ", ".join("..." if each is Ellipsis else spelled(each) for each in arguments)
        return f"{_name(origin)}[{inside}]"
    return _name(annotation)


def _alternatives(arguments: tuple[Any, ...]) -> list[str]:
    """The members of a union; those that make up a union with a name stand under it."""
    rest = list(arguments)
    names: list[str] = []
    for alias, name in _aliases().items():
        members = typing.get_args(alias)
        if typing.get_origin(alias) in (Union, types.UnionType) and set(members) <= set(rest):
            rest = [member for member in rest if member not in members]
            names.append(name)
    return [*names, *(spelled(member) for member in rest)]


def _name(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind))


def without_none(annotation: Any) -> Any:
    """The type of what is sent, of an argument that may be left out."""
    if typing.get_origin(annotation) not in (Union, types.UnionType):
        return annotation
    rest = tuple(each for each in typing.get_args(annotation) if each is not types.NoneType)
    return Union[rest]  # noqa: UP007


def linked(annotation: Any) -> str:
    """A type in Markdown, each public name in it a link to its reference."""
    return " or ".join(_linked(part) for part in spelled(annotation).split(" | "))


def _linked(text: str) -> str:
    def link(word: re.Match[str]) -> str:
        name = word.group()
        full = linkable_names().get(name)
        return f"`{name}`" if full is None else f"[`{name}`][{full}]"

    def written(piece: str) -> str:
        if piece[0] in '".':
            return f"`{piece}`"
        return re.sub(r"\w+", link, re.sub(r"[\[\]]", r"\\\g<0>", piece))

    return "".join(written(piece) for piece in re.split(r'("[^"]*"|\.{3})', text) if piece)
