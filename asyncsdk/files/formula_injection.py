"""Formula injection: cells that a spreadsheet takes for formulas, and how they are defused."""

from __future__ import annotations

from typing import Final

__all__ = ["defused"]

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell begins with that a spreadsheet may carry out, as OWASP lists it."""


def defused(cell: str) -> str:
    """A cell that no spreadsheet carries out: an apostrophe goes before what may be a formula."""
    return f"'{cell}" if cell.startswith(_STARTS) else cell
