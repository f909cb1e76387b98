"""Validators for attrs fields: a wrong value raises ``InvalidArgument``, which names class and field."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, TypeAlias

from attrs import Attribute

from asyncsdk.errors import InvalidArgument

__all__ = ["number", "number_or_none", "whole_number"]

Validator: TypeAlias = Callable[[Any, "Attribute[Any]", Any], None]


def whole_number(at_least: int) -> Validator:
    """A field that holds a whole number."""

    def check(instance: object, attribute: Attribute[Any], value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or value < at_least:
            raise _cannot_be(instance, attribute, value, f"a whole number, at least {at_least}")

    return check


def number(*, above: float | None = None, at_least: float = 0.0) -> Validator:
    """A field that holds a finite number, an ``int`` or a ``float``."""
    wanted = f"a number, at least {at_least:g}" if above is None else f"a number above {above:g}"

    def check(instance: object, attribute: Attribute[Any], value: Any) -> None:
        if not _is_number(value) or (value < at_least if above is None else value <= above):
            raise _cannot_be(instance, attribute, value, wanted)

    return check


def number_or_none(*, above: float) -> Validator:
    """A field that holds a finite number, or None."""
    check_number = number(above=above)

    def check(instance: object, attribute: Attribute[Any], value: object) -> None:
        if value is not None:
            check_number(instance, attribute, value)

    return check


def _is_number(value: Any) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    try:
        return isfinite(value)
    except OverflowError:  # a whole number that is too great for a float
        return False


def _cannot_be(instance: object, attribute: Attribute[Any], value: object, wanted: str) -> InvalidArgument:
    return InvalidArgument(f"{type(instance).__name__}.{attribute.name} must be {wanted}, not {_shown(value)}.")


def _shown(value: object) -> str:
    """A value of a simple type as it is, unless it is long; of another, its type."""
    if value is None or isinstance(value, (bool, float)) or (isinstance(value, int) and abs(value) < 1e15):
        return repr(value)
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else f"{value[:37]}...")
    return f"this {type(value).__name__}"
