"""Suggestions for misspelt words."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["did_you_mean", "nearest"]


def nearest(word: str, words: Iterable[str], at_most: int = 1) -> list[str]:
    """The words that are most like this one, whatever their case; none where none is like it."""
    by_case: dict[str, str] = {each.casefold(): each for each in words}
    return [by_case[each] for each in get_close_matches(word.casefold(), by_case, at_most)]


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A sentence with the nearest word, after a space; nothing where none is near."""
    return "".join(f" Did you mean {each}?" for each in nearest(word, words))
