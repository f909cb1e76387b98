"""Rows for the bulk benchmarks: ten columns and 104 bytes each, made as they are asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from attrs import define

__all__ = ["HEADINGS", "Lazily", "as_dict", "cells"]

HEADINGS: Final = (
    "Email",
    "First Name",
    "Last Name",
    "Company",
    "City",
    "Country",
    "Business Phone",
    "Job Title",
    "Birthday",
    "Score",
)
BLOCK: Final = 1000

_REST: Final = (
    "Ada",
    "Lovelace",
    "Analytical Engines",
    "London",
    "England",
    "+44 20 7946",
    "Programmer",
    "1815-12-10",
)


def cells(number: int) -> tuple[str, ...]:
    """A row; each has an address of its own."""
    return (f"lead{number:07d}@example.com", *_REST, str(number % 1000))


def as_dict(row: tuple[Any, ...]) -> dict[str, Any]:
    """A row as most programs have it."""
    return dict(zip(HEADINGS, row, strict=True))


@define
class Lazily:
    """Rows that are made a block at a time, so that they hardly take memory."""

    make: Callable[[int], Any]
    """Makes the row of a number."""

    count: int
    seconds: float = 0.0
    """CPU that making them took, to be subtracted."""

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, self.count, BLOCK):
            began = time.process_time()
            rows = [self.make(number) for number in range(start, min(start + BLOCK, self.count))]
            self.seconds += time.process_time() - began
            yield from rows
