"""Verification of a downloaded list against the rows that were sent."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import define, field

__all__ = ["Comparison", "ExpectedList"]

SAMPLES: Final = 3


@define
class Comparison:
    """Result of a comparison."""

    contacts: int = 0
    cells: int = 0
    filled: int = 0
    """Cells of the file that are not empty."""
    differing: int = 0
    missing: int = 0
    """Contacts that the file lacks."""

    surplus: int = 0
    """Contacts that were not sent."""

    samples: list[str] = field(factory=list[str])
    """A few cells that are the same on both sides, and hard to keep so."""

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.differing or self.missing or self.surplus)


class ExpectedList:
    """The contacts of a list, by address.

    Args:
        headings: the list's columns.
        email_heading: the one that holds the addresses.
    """

    def __init__(self, headings: Sequence[str], email_heading: str) -> None:
        self._others = [heading for heading in headings if heading != email_heading]
        self._email = email_heading
        self._contacts: dict[str, dict[str, str]] = {}

    def __len__(self) -> int:
        return len(self._contacts)

    def apply(self, row: Mapping[str, str]) -> None:
        """Apply a row that was sent: its cells count from now on; empty ones change nothing."""
        told = self._contacts.setdefault(row[self._email].strip().casefold(), {})
        told.update({heading: cell for heading in self._others if (cell := row.get(heading))})

    def compare(self, path: Path) -> Comparison:
        """Compare with a downloaded CSV file, cell by cell; how an address is spelt does not count."""
        found = Comparison()
        left = dict(self._contacts)
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                told = left.pop(row[self._email].strip().casefold(), None)
                if told is None:
                    found.surplus += 1
                    continue
                found.contacts += 1
                for heading in self._others:
                    found.cells += 1
                    found.filled += bool(row[heading])
                    found.differing += row[heading] != told.get(heading, "")
                    _sample(found, row[heading])
        found.missing = len(left)
        return found


def _sample(found: Comparison, cell: str) -> None:
    """Keep a cell if none of its kind was kept: other letters, quotes or a formula, more than one line."""
    kinds = [not cell.isascii(), '"' in cell or cell.startswith("="), "\n" in cell]
    hard = len(found.samples) < SAMPLES and kinds[len(found.samples)]
    if hard:
        found.samples.append(repr(cell))
