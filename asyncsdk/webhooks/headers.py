"""Header lookup for the headers of any framework: a mapping or pairs, text or bytes, in any case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeAlias, cast

from asyncsdk.errors import InvalidArgument

__all__ = ["Headers", "values"]

Pairs: TypeAlias = Iterable[tuple[str | bytes, str | bytes]]
"""Names and values."""


class HasItems(Protocol):
    """A mapping, or something like it."""

    def items(self) -> Pairs:
        """The names and values; of a multi-mapping, all of them."""
        ...


Headers: TypeAlias = HasItems | Pairs
"""A mapping such as ``request.headers``, or pairs such as ASGI's ``scope["headers"]``."""


def values(headers: Headers, name: str) -> list[str]:
    """The values of a header in the order in which they came; its name is looked up without regard to case."""
    return [_text(value).strip() for each, value in _pairs(headers) if _text(each).lower() == name.lower()]


def _pairs(headers: Headers) -> Iterator[tuple[Any, Any]]:
    if isinstance(headers, (str, bytes)):
        raise InvalidArgument("Headers are a mapping or pairs, not text.")
    items = getattr(headers, "items", None)
    for pair in cast("Iterable[object]", items() if callable(items) else headers):
        if not isinstance(pair, (tuple, list)) or len(cast("list[object]", pair)) != 2:
            raise InvalidArgument("Headers without a method 'items' are pairs of a name and a value.")
        name, value = cast("tuple[object, object]", pair)
        yield name, value


def _text(part: object) -> str:
    """Latin-1 maps every byte to a character of its own, so that nothing is lost and nothing can fail."""
    if isinstance(part, bytes):
        return part.decode("latin-1")
    if not isinstance(part, str):
        raise InvalidArgument(f"Names and values of headers are text or bytes, not {type(part).__name__}.")
    return part
