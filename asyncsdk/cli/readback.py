"""Compares contacts of a list with the file that they came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import define, field

from asyncsdk.cli.sheet import Sheet
from asyncsdk.models import Contact

__all__ = ["Comparison", "read_back"]

SAMPLES: Final = 3


@define
class Comparison:
    """What a comparison found."""

    contacts: int = 0
    cells: int = 0
    differing: int = 0
    samples: list[str] = field(factory=list[str])
    """A few cells that are the same on both sides, and hard to keep so."""


def read_back(sheet: Sheet, contacts: Sequence[Contact], changed: Mapping[str, Mapping[str, str]]) -> Comparison:
    """Compare every cell of the contacts whose address is in the file once.

    Args:
        sheet: the file.
        contacts: what the list holds.
        changed: what was written since, by address.
    """
    expected = _by_address(sheet)
    found = Comparison()
    for contact in contacts:
        email = contact.data.get(sheet.email_heading) or ""
        cells = expected.get(email.strip().casefold())
        if cells is None:
            continue
        found.contacts += 1
        written = changed.get(email.strip(), {})
        for heading, cell in zip(sheet.headings, cells, strict=False):
            same = (contact.data.get(heading) or "") == written.get(heading, cell)
            found.cells += 1
            found.differing += not same
            if same and heading != sheet.email_heading:
                _sample(found, cell)
    return found


def _by_address(sheet: Sheet) -> dict[str, list[str]]:
    keys = Counter(sheet.email_in(row).casefold() for row in sheet.read())
    return {key: row.cells for row in sheet.read() if keys[key := sheet.email_in(row).casefold()] == 1}


def _sample(found: Comparison, cell: str) -> None:
    """Keep a cell if none of its kind was kept: other letters, quotes or a formula, more than one line."""
    kinds = [not cell.isascii(), '"' in cell or cell.startswith("="), "\n" in cell]
    hard = len(found.samples) < SAMPLES and kinds[len(found.samples)]
    if hard:
        found.samples.append(repr(cell))
