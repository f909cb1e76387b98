"""The vault that docs/bulk.md shows as an example, taken from there: what readers paste is what is tested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asyncsdk import JournalVault

__all__ = ["page_vault"]

PAGE = Path(__file__).parents[2] / "docs" / "bulk.md"


def page_vault(database: str, name: str, seconds: float) -> JournalVault:
    """The vault of one run, in a table of a database."""
    code = next(block for block in PAGE.read_text(encoding="utf-8").split("```") if "class TableVault" in block)
    names: dict[str, Any] = {}
    exec(code.removeprefix("python\n").partition("async def main")[0], names)  # noqa: S102 - a page of our own
    vault: JournalVault = names["TableVault"](database, name, seconds)
    return vault
