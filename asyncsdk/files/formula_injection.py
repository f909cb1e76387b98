"""Formula injection: cells that a spreadsheet takes for formulas, and how they are defused."""

from __future__ import annotations

from typing import Final

__all__ = ["defused"]

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters of cells that a spreadsheet may execute, as OWASP lists them."""


def defused(cell: str) -> str:
    """A cell that no spreadsheet carries out: an apostrophe goes before what may be a formula."""
    return f"'{cell}" if cell.startswith(_STARTS) else cell
