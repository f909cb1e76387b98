"""Styles of what a terminal shows: by what it means, and readable on a light and on a dark ground."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from rich.text import Text

__all__ = ["Style", "Styled", "styled_text"]


class Style(Enum):
    """Style by meaning, in the words of Rich. Words say the same: no colour is needed to understand a line."""

    GOOD = "green"
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


def styled_text(pieces: Iterable[str | Styled]) -> Text:
    """A line of Rich, of texts with and without a style; blanks at its end are left out."""
    from rich.text import Text

    line = Text.assemble(*(each if isinstance(each, str) else (each.text, each.style.value) for each in pieces))
    line.rstrip()
    return line
