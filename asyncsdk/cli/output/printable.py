"""Printable text: without what could steer a terminal, as names come from other people."""

from __future__ import annotations

from typing import Final

__all__ = ["printable"]

JOINERS: Final = "\u200c\u200d"
"""They take no cell, and join or part letters of emoji, Persian and Indian scripts."""


def printable(text: str) -> str:
    """The text with a sign in place of each control character."""
    return "".join(
        letter if letter.isprintable() or letter in JOINERS else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
