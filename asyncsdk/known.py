"""Knowing items of a list again."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from typing import Any, Final

import attrs

__all__ = ["Known", "key_of"]

REMEMBERED: Final = 1000
"""How many items are known again."""


def key_of(item: Any) -> Hashable:
    """What an item is known again by: its id, although it may have been changed, or else all that it holds."""
    own = getattr(item, "id", None)
    if own:
        return str(own)
    try:
        hash(item)
    except TypeError:
        plain: Any = attrs.asdict(item) if attrs.has(item.__class__) else item
        return json.dumps(plain, default=str, sort_keys=True)
    known: Hashable = item
    return known


class Known:
    """The items that were given last."""

    def __init__(self) -> None:
        self._keys: OrderedDict[Hashable, None] = OrderedDict()

    def __contains__(self, item: Any) -> bool:
        return key_of(item) in self._keys

    def add(self, items: Iterable[Any]) -> None:
        """Remember these, and forget older ones."""
        self._keys.update((key_of(item), None) for item in items)
        while len(self._keys) > REMEMBERED:
            self._keys.popitem(last=False)
