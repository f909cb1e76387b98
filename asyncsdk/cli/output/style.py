"""Styles of what a terminal shows: by what it means, and readable on a light and on a dark ground."""

from __future__ import annotations

from enum import Enum

from attrs import frozen

__all__ = ["Style", "Styled"]


class Style(Enum):
    """Style by meaning, in the words of Rich. Words say the same: no colour is needed to understand a line."""

    GOOD = "green"
    WARN = "dark_orange3"  # yellow cannot be read on white
    BAD = "bold red"
    DIM = "dim"
    STRONG = "bold"


@frozen
class Styled:
    """Text with its style.

    Args:
        text: what is shown.
        style: what it means.
    """

    text: str
    style: Style
