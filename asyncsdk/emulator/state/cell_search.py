"""Search for a text in cells, upper or lower case, of every script that ``str.casefold`` knows."""

from __future__ import annotations

import json

from attrs import field, frozen

__all__ = ["CellSearch"]


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
        # Most records are passed over by this, which reads no JSON. What is left may be found between cells.
        if self._stored not in cells.casefold():
            return False
        return any(self._folded in cell.casefold() for cell in json.loads(cells))
