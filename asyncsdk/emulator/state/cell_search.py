"""Search for a text in cells, upper or lower case, of every script that ``str.casefold`` knows."""

from __future__ import annotations

import json
from typing import Final

from attrs import field, frozen

__all__ = ["CellSearch"]

_BETWEEN_CELLS: Final = frozenset({"", "[", "]", "[]", ",", " ", ", "})
"""Texts without a quote that stand around stored cells; every other text with such a sign has a part of a cell."""


@frozen
class CellSearch:
    """Search for one text; ``Σ`` finds ``ς``, and ``STRASSE`` finds ``Straße``."""

    text: str
    _folded: str = field(init=False)
    _stored: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_folded", self.text.casefold())
        object.__setattr__(self, "_stored", json.dumps(self._folded, ensure_ascii=False)[1:-1])

    def finds(self, cells: str) -> bool:
        """Whether the text is in one of the cells of a record, given as they are stored."""
        if self._stored not in cells.casefold():
            return False
        # It may still stand between cells, or be part of an escape.
        if "\\" not in cells and self._folded not in _BETWEEN_CELLS:
            return True
        return any(self._folded in cell.casefold() for cell in json.loads(cells))
