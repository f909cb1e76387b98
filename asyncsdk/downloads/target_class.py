"""Target class: the fields of an attrs class, a dataclass or a TypedDict, in one form."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import CodeType
from typing import Any, Final, cast, get_type_hints, is_typeddict

import attrs
from attrs import frozen

from asyncsdk.downloads.plain_init import is_called_as_usual
from asyncsdk.errors import InvalidArgument

__all__ = ["Field", "TargetClass", "target_class"]

_NONE: Final[Mapping[Any, Any]] = {}
_REQUIRED: Final = object()
_LEFT_OUT: Final = object()


@frozen
class Field:
    """One field, and the headings under which its column may be found."""

    name: str
    argument: str
    """Its name as an argument of the class."""

    headings: tuple[str, ...]
    kind: Any
    required: bool
    """Whether it has no default."""

    none_by_default: bool
    takes_rest: bool
    """Whether it takes all other columns, as a mapping by heading."""


@frozen
class TargetClass:
    """The fields of a class, and the callable that makes an object of their values."""

    name: str
    make: Callable[..., Any]
    fields: tuple[Field, ...]
    positional: bool
    """Whether the values may be given in the order of the fields, without their names."""


def target_class(into: object) -> TargetClass:
    """The description of an attrs class, a dataclass or a TypedDict; cached.

    Raises:
        InvalidArgument: it is none of these, or the type of a field is not known where the class is defined.
    """
    if not isinstance(into, type):  # a generic class with its arguments, for one
        raise _not_filled()
    try:
        return _described(into)
    except (NameError, AttributeError, SyntaxError, TypeError) as error:
        raise InvalidArgument(f"into, {into.__name__}, has a field whose type is not known: {error}.") from error


@cache
def _described(into: type[Any]) -> TargetClass:
    if attrs.has(into):
        return _of_attrs(into)
    if dataclasses.is_dataclass(into):
        return _of_dataclass(into)
    if is_typeddict(into):
        return _of_typed_dict(into)
    raise _not_filled()


def _not_filled() -> InvalidArgument:
    return InvalidArgument("into must be an attrs class, a dataclass or a TypedDict.")


def _of_attrs(into: type[Any]) -> TargetClass:
    declared = [each for each in attrs.fields(attrs.resolve_types(into)) if each.init]
    fields = [
        _field(each.name, each.alias or each.name, each.metadata, each.type, _or(each.default, attrs.NOTHING))
        for each in declared
    ]
    return TargetClass(into.__name__, into, tuple(fields), _takes_in_order(into, fields))


def _of_dataclass(into: type[Any]) -> TargetClass:
    hints = get_type_hints(into)
    declared = [each for each in dataclasses.fields(into) if each.init]
    fields: list[Field] = []
    for each in declared:
        missing = dataclasses.MISSING
        default = _or(each.default, missing) if each.default_factory is missing else each.default_factory
        fields.append(_field(each.name, each.name, each.metadata, hints[each.name], default))
    return TargetClass(into.__name__, into, tuple(fields), _takes_in_order(into, fields))


def _of_typed_dict(into: Any) -> TargetClass:
    required = cast("frozenset[str]", into.__required_keys__)
    fields = [
        _field(name, name, _NONE, kind, _REQUIRED if name in required else _LEFT_OUT)
        for name, kind in get_type_hints(into).items()
    ]
    return TargetClass(into.__name__, dict, tuple(fields), positional=False)


def _takes_in_order(into: type[Any], fields: Sequence[Field]) -> bool:
    """Whether ``__init__``, which may be the program's own, and nothing else takes the fields, in this order."""
    code = getattr(into.__init__, "__code__", None)
    arguments = tuple(field.argument for field in fields)
    in_order = isinstance(code, CodeType) and code.co_varnames[1 : code.co_argcount] == arguments
    return in_order and is_called_as_usual(into)


def _or(default: object, nothing: object) -> object:
    return _REQUIRED if default is nothing else default


def _field(name: str, argument: str, metadata: Mapping[Any, Any], kind: Any, default: object) -> Field:
    return Field(
        name=name,
        argument=argument,
        headings=cast("tuple[str, ...]", metadata.get("wire", (name,))),
        kind=kind,
        required=default is _REQUIRED,
        none_by_default=default is None,
        takes_rest="rest" in metadata,
    )
