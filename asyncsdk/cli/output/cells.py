"""Cells of a terminal: how wide a text is, and texts cut to a width, never within a letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

__all__ = ["cut", "width_of"]

ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"

UNSURE: Final = 2
"""Letters at the end of a beginning that are not counted: an emoji of several signs may go on behind it."""

Letter: TypeAlias = tuple[str, int]
"""A letter as people see it, with all that is put upon it, and its cells."""

FLAGS: Final = range(0x1F1E6, 0x1F200)
"""Regional indicators: two of them are one flag."""


def width_of(text: str) -> int:
    """Cells that a text takes: Chinese letters and emoji take two, combining characters none."""
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int, *, middle: bool = False) -> str:
    """The text, or as much of it as fits with an ellipsis in place of the rest.

    Args:
        text: one line, without control characters.
        width: cells that there are; at least 1.
        middle: whether the middle is left out, of names that differ at their ends.
    """
    if width_of(text) <= width:
        return text
    if not middle:
        return "".join([*_beginning(text, width - 1), ELLIPSIS])
    letters = list(_letters(text))
    at_end = (width - 1) // 2
    begin = _fitting(letters, width - 1 - at_end)
    end = _fitting(reversed(letters), at_end)
    return "".join([*begin, ELLIPSIS, *reversed(end)])


def _beginning(text: str, width: int) -> list[str]:
    """The first letters that fit, of a text that does not: it may be long, and is not split whole."""
    length = 4 * (width + 1)
    while length < len(text):
        whole = list(_letters(text[:length]))[:-UNSURE]
        kept = _fitting(whole, width)
        if len(kept) < len(whole):
            return kept
        length *= 2
    return _fitting(_letters(text), width)


def _fitting(letters: Iterable[Letter], width: int) -> list[str]:
    """The first letters that fit."""
    kept: list[str] = []
    for letter, cells in letters:
        width -= cells
        if width < 0:
            break
        kept.append(letter)
    return kept


def _letters(text: str) -> Iterator[Letter]:
    from rich.cells import split_graphemes

    half = ""
    for begin, end, cells in split_graphemes(text)[0]:
        letter = text[begin:end]
        if half:
            yield half + letter, 1 + cells
            half = ""
        elif ord(letter[0]) in FLAGS and text[end : end + 1] and ord(text[end]) in FLAGS:
            half = letter
        else:
            yield letter, cells
