"""Counted noun: a number and its noun in words, such as ``1 call`` and ``2,000 calls``."""

from __future__ import annotations

__all__ = ["counted"]


def counted(number: int, noun: str) -> str:
    """The number, and the noun in the form that goes with it.

    Args:
        number: how many, 0 or more.
        noun: the noun for one, whose plural ends in an s.
    """
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"
