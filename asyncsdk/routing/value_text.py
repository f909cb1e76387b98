"""Text of a value: the one way to write it, None for a missing value, and an error where there is no one way.

These functions write all values that go into a list as text, and all values in a file of rejected rows. Values of
other libraries are recognized by their methods and by the names of their types, so that no such library is
imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from numbers import Rational, Real
from operator import index
from typing import Any, Final, TypeAlias, cast
from uuid import UUID

from asyncsdk.models.clear import CLEAR, Clear

__all__ = ["LONGEST_NUMBER", "NoText", "cell_of", "is_array", "json_of", "kind_of", "plain_of", "text_of"]

LONGEST_NUMBER: Final = 1000
"""The most digits of a number that is written; one that has more is a mistake."""

_BITS: Final = 3321
"""A whole number of so many bits has at most ``LONGEST_NUMBER`` digits."""

_MISSING: Final = frozenset({"NAType", "NaTType", "MaskedConstant"})
"""Types whose values are all missing values: ``pandas.NA``, ``pandas.NaT`` and ``numpy.ma.masked``."""


_FINER: Final = frozenset({"datetime64[ns]", "datetime64[ps]", "datetime64[fs]", "datetime64[as]"})
"""NumPy times that are finer than Python's ``datetime``."""


class NoText(ValueError):
    """A value cannot be written as one text; the message is what follows the word ``holds`` in a sentence."""


def text_of(value: object) -> str | None:
    """The text of a value; None if it is none, as None, NaN, NaT and ``pandas.NA`` are.

    Raises:
        NoText: it cannot be written as one text.
    """
    write = _WRITE.get(type(value))
    if write is None:
        value = plain_of(value)
        write = _write_of(value)
    return write(value)


def cell_of(value: object) -> str | Clear:
    """A value as a cell of a list; empty: the list keeps what it holds.

    Raises:
        NoText: it has no one text.
    """
    return CLEAR if value is CLEAR else text_of(value) or ""


def json_of(value: object) -> Any:
    """A value as JSON says it: null where it is none, flags and numbers as JSON's own, others as their text.

    Raises:
        NoText: it, or a member of it, has no one text.
    """
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {_member_name(name): json_of(member) for name, member in members.items()}
    if is_array(value):
        return [json_of(member) for member in cast("Sequence[object]", value)]
    plain = plain_of(value)
    text = _write_of(plain)(plain)
    if text is None or isinstance(plain, bool):
        return None if text is None else bool(plain)
    if isinstance(plain, float) and not plain.is_integer():
        return float.__add__(plain, 0.0)
    return int(text) if isinstance(plain, (int, float)) else text


def is_array(value: object) -> bool:
    """Whether JSON says it as an array: it is a sequence of whole things, and neither a text nor bytes."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview))


def _member_name(name: object) -> str:
    if not isinstance(name, str):
        raise NoText(f"a value whose name is no text, but a {type(name).__name__}")
    return _letters(name)


def kind_of(value: object) -> str | None:
    """What kind of value it is, in a word; None if it is none.

    Raises:
        NoText: it has no one text.
    """
    plain = plain_of(value)
    if _write_of(plain)(plain) is None:
        return None
    return next(word for word, types in _KINDS.items() if isinstance(plain, types) or not types)


def plain_of(value: object) -> object:
    """The same as a value of Python's own types, where it is an Enum's or another library's; None if it is none.

    Raises:
        NoText: there is none, or it is an array of values.
    """
    kind = type(value)
    if kind in _WRITE or isinstance(value, _PLAIN):
        return None if kind.__name__ in _MISSING else value  # pandas.NaT passes for a datetime
    if kind.__name__ in _MISSING:
        return None
    if isinstance(value, Enum) and not isinstance(value, Clear):
        return plain_of(value.value)
    if hasattr(kind, "item") and hasattr(kind, "shape"):
        return _member_of(value)
    if hasattr(kind, "__index__"):
        return index(cast("Any", value))
    if isinstance(value, Real) and not isinstance(value, Rational):
        return float(value)
    if hasattr(kind, "isoformat") and (hasattr(kind, "year") or hasattr(kind, "hour")):
        return str(cast("Any", value).isoformat())
    raise _none_for(value)


def _member_of(scalar: Any) -> object:
    """The value of a scalar of numpy, or of an array of no dimensions."""
    if scalar.shape != ():
        raise NoText("an array, which is several values")
    name = str(getattr(scalar, "dtype", ""))
    if name.startswith(("datetime64", "timedelta64")):
        return _time_of(scalar, name)
    member = scalar.item()
    return float(member) if type(member) is type(scalar) else plain_of(member)


def _time_of(scalar: Any, name: str) -> object:
    """The time that a ``numpy.datetime64`` tells, whatever its unit."""
    if scalar != scalar:  # NaT
        return None
    if name.startswith("timedelta64"):
        raise _none_for(timedelta())
    told = scalar.item()
    if isinstance(told, date):
        return told
    if name not in _FINER:
        raise NoText("a time outside of the years 1 to 9999")
    in_microseconds = scalar.astype("datetime64[us]")
    # Python's own type cannot tell nanoseconds.
    return str(scalar) if in_microseconds != scalar else cast("datetime", in_microseconds.item())


def _none_for(value: object) -> NoText:
    if value is CLEAR:
        return NoText("CLEAR, which erases a value and is none")
    return NoText(f"a value of type {type(value).__name__}, which has no one way to be written as text")


def _nothing(_: object) -> None:
    return None


def _letters(value: Any) -> str:
    text = str.__str__(value)  # the text alone: an enum of texts would show its name
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NoText("half a character, a lone surrogate, which no encoding can say") from None
    return text


def _flag(value: Any) -> str:
    return "true" if value else "false"


def _whole(value: Any) -> str:
    if int.bit_length(value) > _BITS:
        raise NoText(f"a number of more than {LONGEST_NUMBER:,} digits")
    return int.__repr__(value)


def _float(value: Any) -> str | None:
    """The digits of a number, without an exponent; those of a whole one without a point."""
    number = float.__add__(value, 0.0)
    if number != number:  # NaN
        return None
    if number in (float("inf"), float("-inf")):
        raise NoText("an infinite number")
    return int.__repr__(int(number)) if number.is_integer() else format(Decimal(float.__repr__(number)), "f")


def _decimal(value: Any) -> str | None:
    """The digits of a number as it has them, zeros at the end among them, without an exponent."""
    if value.is_nan():
        return None
    if value.is_infinite():
        raise NoText("an infinite number")
    if value.adjusted() >= LONGEST_NUMBER or value.as_tuple().exponent < -LONGEST_NUMBER:
        raise NoText(f"a number of more than {LONGEST_NUMBER:,} digits")
    return format(value, "f")


def _iso(value: Any) -> str:
    return str(value.isoformat())


WriteText: TypeAlias = Callable[[Any], str | None]

_WRITE: Final[dict[type[Any], WriteText]] = {
    str: _letters,
    type(None): _nothing,
    bool: _flag,
    int: _whole,
    float: _float,
    Decimal: _decimal,
    datetime: _iso,
    date: _iso,
    time: _iso,
    UUID: str,
}
"""For subclasses, the first that fits counts: so bool stands before int."""

_PLAIN: Final = tuple(_WRITE)

_KINDS: Final[dict[str, tuple[type[Any], ...]]] = {
    "texts": (str,),
    "flags": (bool,),
    "numbers": (int, float, Decimal),
    "times": (datetime, date, time),
    "ids": (),
}


def _write_of(value: object) -> WriteText:
    for kind, write in _WRITE.items():
        if isinstance(value, kind):
            return write
    raise _none_for(value)
