"""``CLEAR``: a sentinel for "erase this value"."""

from __future__ import annotations

from enum import Enum
from typing import Final

__all__ = ["CLEAR", "Clear"]


class Clear(Enum):
    """The type of ``CLEAR``."""

    CLEAR = "CLEAR"

    def __repr__(self) -> str:
        return "CLEAR"


CLEAR: Final = Clear.CLEAR
"""In a row of a bulk upsert: erase what the list holds. A missing key, None and an empty text keep it."""
