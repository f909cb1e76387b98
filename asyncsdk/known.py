"""Knowing items of a list again."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable
from typing import Any, Final

import attrs

__all__ = ["Known", "key_of"]

REMEMBERED: Final = 1000
"""How many items are known again, at the least."""


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
        # Two generations: keys are never taken out one by one, which would cost more than all the rest.
        self._new: dict[Hashable, None] = {}
        self._old: dict[Hashable, None] = {}

    def __contains__(self, item: Any) -> bool:
        key = key_of(item)
        return key in self._new or key in self._old

    def add(self, items: Iterable[Any]) -> None:
        """Remember these, and forget much older ones."""
        self._new.update(dict.fromkeys(map(key_of, items)))
        if len(self._new) >= REMEMBERED:
            self._old, self._new = self._new, {}
