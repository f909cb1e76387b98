"""Description list: names, each with its text beside it, which is broken where the terminal ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from asyncsdk.cli.output.cells import cut

__all__ = ["description_list"]

GAP: Final = 2
"""Cells between the longest name and the texts."""

NARROWEST: Final = 20
"""Cells of a line that a text has at least."""


def description_list(
    described: Sequence[tuple[str, str]], width: int | None, *, most: int | None = None
) -> Iterator[str]:
    """The lines of a list.

    Args:
        described: each name, and its text.
        width: cells of the terminal; None where no text is to be broken.
        most: lines of a text at the most, the last of which is cut; None for all.
    """
    margin = max((len(name) for name, _ in described), default=0) + GAP
    room = None if width is None else max(width - margin, NARROWEST)
    for name, text in described:
        first, *rest = [text] if room is None else _broken(text, room, most)
        yield f"{name:{margin}}{first}".rstrip()
        yield from (f"{'':{margin}}{line}" for line in rest)


def _broken(text: str, room: int, most: int | None) -> list[str]:
    lines = wrap(text, room, break_on_hyphens=False) or [""]
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], cut(f"{lines[most - 1]} {lines[most]}", room)]
