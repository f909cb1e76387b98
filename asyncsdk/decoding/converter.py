"""Converter from JSON to models, with cattrs; tolerant of the types that Act-On mixes.

Numbers come as text, flags as ``Y`` and ``N``, times as epoch milliseconds in either; unknown keys are left
out. A first pass is fast; only when it fails does a second one find out where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from operator import eq, itemgetter
from typing import Any, Final, Literal, NamedTuple, Self, TypeAlias, cast, get_origin

import attrs
from cattrs import Converter, transform_error
from cattrs.cols import homogenous_tuple_structure_factory, is_sequence, list_structure_factory
from cattrs.gen import make_dict_structure_fn

from asyncsdk.decoding.flags import flag_of
from asyncsdk.errors import DecodeError
from asyncsdk.http.messages import Json, Response
from asyncsdk.models import ListPage

__all__ = ["structure"]

ReadValue: TypeAlias = Callable[[Any, Any], Any]
"""From a JSON value and a type to a value of that type; raises where it does not fit."""

_NUMBERS: Final = (int, float, datetime, int | None, float | None, datetime | None)
"""Types whose values may come as text, where an empty text tells nothing."""

_PLAIN: Final = (str, int, float, bool)
"""Types that JSON has, too."""

_MILLISECONDS_FROM: Final = 100_000_000_000
"""A smaller epoch number counts seconds: the sources disagree, and as milliseconds it would be before 1974."""


def structure(value: Json, result: Any, response: Response) -> Any:
    """Build a result from parsed JSON.

    Raises:
        DecodeError: the JSON has another shape.
    """
    try:
        return _hook(result)(value, result)
    except Exception as error:
        problems = _problems(value, result) or (f"{type(error).__name__}: {error}",)
        raise DecodeError(
            f"The answer is not what was expected (HTTP {response.status}, request {response.request_id}):",
            status=response.status,
            problems=problems,
            request_id=response.request_id,
        ) from None


@cache
def _hook(result: Any) -> Callable[[Any, Any], Any]:
    hook: Callable[[Any, Any], Any] = _FAST.get_structure_hook(result)
    return hook


def _problems(value: Json, result: Any) -> tuple[str, ...]:
    """Where the value departs from the expected shape, one line each."""
    try:
        _DETAILED.structure(value, result)
    except Exception as error:
        return tuple(transform_error(error))
    return ()


def _int(value: Any, _: Any) -> int:
    if isinstance(value, bool):
        raise ValueError("expected a number, not a flag")
    return int(value.strip()) if isinstance(value, str) else int(value)


def _str(value: Any, _: Any) -> str:
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ValueError(f"expected text, not {type(value).__name__}")


def _bool(value: Any, _: Any) -> bool:
    flag = flag_of(value)
    if flag is None and str(value).strip():
        raise ValueError("expected a flag")
    return bool(flag)


def _datetime(value: Any, _: Any) -> datetime:
    number = _int(value, int)
    return datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS_FROM else number, UTC)


def _cells(value: Any, _: Any) -> tuple[tuple[str | None, ...], ...]:
    """Rows of cells, unchanged: going through each cell would cost more than all the rest."""
    return tuple(map(tuple, map(_array, _array(value))))


def _array(value: Any) -> Any:
    """Text and objects can be gone through, too, and would give their characters and keys."""
    if not isinstance(value, list):
        raise ValueError(f"expected an array, not {type(value).__name__}")
    return cast("Any", value)


def _sequence(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    is_tuple = getattr(kind, "__origin__", kind) is tuple
    factory = homogenous_tuple_structure_factory if is_tuple else list_structure_factory
    inner = factory(kind, converter)
    return lambda value, kind: inner(_array(value), kind)


class FieldReader(NamedTuple):
    """One field of a model: where an object holds it, and what reads its value."""

    name: str
    wires: tuple[str, ...]
    """Names on the wire: the first that an object holds counts."""

    nothing: str | None
    """Values that count as null: the default is used in their place."""

    read: ReadValue
    kind: Any

    def read_into(self, known: dict[str, Any], told: Mapping[str, Any]) -> None:
        """Read the field of an object that tells it."""
        for wire in self.wires:
            found = told.get(wire)
            if found is not None and found != self.nothing:
                known[self.name] = self.read(found, self.kind)
                return


class WholeObject(NamedTuple):
    """An object that tells each field of a model, and no more; its values are checked together, in C."""

    wires: frozenset[str]
    """Its keys."""

    values_of: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    """Gives its values, in the order of the fields."""

    kinds: list[Any]
    """Their types in JSON, where they need no reading."""

    @classmethod
    def of(cls, fields: Sequence[FieldReader]) -> Self | None:
        """The object for a model of two or more fields, all of whose types JSON has, too; None for others."""
        wires = [field.wires[0] for field in fields]
        if len(fields) < 2 or any(field.kind not in _PLAIN for field in fields):
            return None
        return cls(frozenset(wires), itemgetter(*wires), [field.kind for field in fields])


def _model_reader(converter: Converter, model: type[Any]) -> ReadValue:
    """Reader of a model: finds its fields by their wire names, leaves nulls to the defaults, keeps the rest.

    The fast way reads each value by itself; the detailed way, and that of generic models, leaves the values to
    cattrs, which tells where they do not fit.
    """
    fields = attrs.fields(attrs.resolve_types(_plain(model)))
    rest = next((field.name for field in fields if "rest" in field.metadata), None)
    by_cattrs = converter.detailed_validation or model is not _plain(model)
    fields_read = tuple(
        FieldReader(
            field.name,
            field.metadata.get("wire", (field.name,)),
            "" if field.type in _NUMBERS else None,
            _unread if by_cattrs else converter.get_structure_hook(field.type),
            field.type,
        )
        for field in fields
        if field.name != rest
    )
    # What has the field's own type in JSON, as most values have, needs no reading.
    readers = tuple(
        (each.name, each.wires[0], each.kind if each.kind in _PLAIN else None, each) for each in fields_read
    )
    whole = WholeObject.of(fields_read) if not by_cattrs and rest in {None, fields[-1].name} else None
    taken = {wire for reader in fields_read for wire in reader.wires}
    inner = make_dict_structure_fn(model, converter) if by_cattrs else None

    def read_model(value: Any, _: Any) -> Any:
        if value.__class__ is not dict:
            raise ValueError(f"expected an object, not {type(value).__name__}")
        told: dict[str, Any] = value
        if whole is not None and told.keys() == whole.wires:
            values = whole.values_of(told)
            if [*map(type, values)] == whole.kinds:
                return model(*values)
        known: dict[str, Any] = {}
        for name, wire, plain, reader in readers:
            found = told.get(wire)
            if found.__class__ is plain:
                known[name] = found
            else:
                reader.read_into(known, told)
        if rest is not None and len(known) < len(told):
            known[rest] = {key: kept for key, kept in told.items() if key not in taken}
        return model(**known) if inner is None else inner(known, model)

    return read_model


def _unread(value: Any, _: Any) -> Any:
    return value


def _plain(model: Any) -> Any:
    """A generic model without its arguments."""
    return getattr(model, "__origin__", model)


def _is_choice(kind: Any) -> bool:
    """A documented choice: a word that the server adds to it is kept, and no answer becomes unreadable by it."""
    return get_origin(kind) is Literal


def _is_model(kind: Any) -> bool:
    return attrs.has(_plain(kind))


def _converter(*, detailed: bool) -> Converter:
    converter = Converter(detailed_validation=detailed)
    converter.register_structure_hook(int, _int)
    converter.register_structure_hook(str, _str)
    converter.register_structure_hook(bool, _bool)
    converter.register_structure_hook(datetime, _datetime)
    converter.register_structure_hook_func(_is_choice, _str)
    cells = attrs.fields_dict(attrs.resolve_types(ListPage))["rows"].type
    converter.register_structure_hook_factory(is_sequence, _sequence)
    converter.register_structure_hook_func(partial(eq, cells), _cells)
    converter.register_structure_hook_factory(_is_model, partial(_model_reader, converter))
    return converter


_FAST: Final = _converter(detailed=False)
_DETAILED: Final = _converter(detailed=True)
