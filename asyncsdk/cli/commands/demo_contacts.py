"""Sample contacts of the demo: from a file, already in the list, and generated ones."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from asyncsdk.cli.input.checked_file import CheckedFile, FileRow
from asyncsdk.uploads.addresses import address_problem

__all__ = ["EXAMPLE", "cells_of", "held_before", "make_up"]

EXAMPLE: Final = Path(__file__).with_name("contacts-messy.csv")
"""5,000 contacts as people's spreadsheets have them."""

EVERY: Final = 10
"""One contact of so many is in the list before."""

OLD: Final = "from before"


def cells_of(sheet: CheckedFile, row: FileRow) -> dict[str, str]:
    """A row's cells by heading."""
    return {**sheet.fields_of(row), sheet.email_heading: sheet.email_in(row)}


def held_before(sheet: CheckedFile) -> list[dict[str, str]]:
    """What the list holds before: every tenth contact of the file, with nothing but a note in the last column."""
    others = [heading for heading in sheet.headings if heading != sheet.email_heading]
    return [
        {sheet.email_heading: email, **dict.fromkeys(others[-1:], OLD)}
        for email in islice(_addresses(sheet), 0, None, EVERY)
    ]


def _addresses(sheet: CheckedFile) -> Iterator[str]:
    """Each usable address once."""
    seen: set[str] = set()
    for row in sheet.read():
        email = sheet.email_in(row)
        if address_problem(email) is None and email.casefold() not in seen:
            seen.add(email.casefold())
            yield email


def make_up(path: Path, sheet: CheckedFile, count: int) -> list[dict[str, str]]:
    """Write a file of so many contacts with the columns of a sheet; gives them, too."""
    others = [heading for heading in sheet.headings if heading != sheet.email_heading]
    contacts = [
        {sheet.email_heading: f"made-up-{number}@demo.example", **{name: f"{name} {number}" for name in others}}
        for number in range(1, count + 1)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, sheet.headings)
        rows.writeheader()
        rows.writerows(contacts)
    return contacts
