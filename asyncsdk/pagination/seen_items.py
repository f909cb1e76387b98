"""Recently seen items of a list, remembered for deduplication."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Hashable, Sequence
from operator import countOf
from typing import Any, Final

import attrs

__all__ = ["SeenItems", "identities_of", "identity_of"]

MIN_REMEMBERED: Final = 1000
"""How many items are remembered, at the least."""


def identity_of(item: Any) -> Hashable:
    """The identity of an item: its id, although the item may have changed, or else all that it holds."""
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


def identities_of(items: Sequence[Any]) -> tuple[Hashable, ...]:
    """The identity of each item. Texts, such as the ids of records, are their own."""
    return tuple(items) if countOf(map(type, items), str) == len(items) else tuple(map(identity_of, items))


class SeenItems:
    """Set of the items that were given last."""

    def __init__(self) -> None:
        # Nothing is made ready before it is asked for: in a list that does not change, that is never.
        self._waiting: deque[tuple[Hashable, ...]] = deque()
        self._count = 0
        # Two generations: keys are never taken out one by one, which would cost more than all the rest.
        self._new: set[Hashable] = set()
        self._old: set[Hashable] = set()

    def __contains__(self, item: Any) -> bool:
        if self._waiting:
            self._make_ready()
        key = identity_of(item)
        return key in self._new or key in self._old

    def add(self, items: Sequence[Any]) -> None:
        """Remember these, and forget much older ones."""
        self._waiting.append(identities_of(items))
        self._count += len(items)
        while self._count - len(self._waiting[0]) >= MIN_REMEMBERED:
            self._count -= len(self._waiting.popleft())

    def _make_ready(self) -> None:
        for keys in self._waiting:
            self._new.update(keys)
            if len(self._new) >= MIN_REMEMBERED:
                self._old, self._new = self._new, set()
        self._waiting.clear()
        self._count = 0
