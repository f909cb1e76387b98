"""Column headings: made unique where a list has several columns of one name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Final

__all__ = ["RECORD_ID", "deduplicated"]

RECORD_ID: Final = "_contact_id_"
"""The heading of the records' ids in every download; Act-On gives them, and nobody can write them."""


def deduplicated(headings: Sequence[str]) -> tuple[str, ...]:
    """The headings; a second column called ``Name`` is ``Name (2)``, so that no column hides another."""
    return tuple(headings) if len(set(headings)) == len(headings) else _numbered(tuple(headings))


@lru_cache(maxsize=64)
def _numbered(headings: tuple[str, ...]) -> tuple[str, ...]:
    taken = set(headings)
    met: set[str] = set()
    found: list[str] = []
    for heading in headings:
        name = heading
        if heading in met:
            name = next(name for number in count(2) if (name := f"{heading} ({number})") not in taken)
        met.add(heading)
        taken.add(name)
        found.append(name)
    return tuple(found)
