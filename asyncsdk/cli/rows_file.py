"""A file of rows that can be fed back: there as a whole, or not at all."""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from asyncsdk.cli.exits import Exit, Failure
from asyncsdk.cli.place import check_place
from asyncsdk.cli.sheet import Sheet
from asyncsdk.replacement import Replacement

__all__ = ["AddRow", "rows_file"]

AddRow = Callable[[list[str]], object]
"""Adds one row of cells to the file."""


@contextmanager
def rows_file(path: Path | None, sheet: Sheet) -> Generator[AddRow]:
    """Collect rows beside their place, and put them there at the end.

    Args:
        path: where the rows go, replacing what is there; None to drop them.
        sheet: the file that they come from, whose headings and format they keep.
    """
    if path is None:
        yield _drop
        return
    check_place("--rejects", path)
    if path.exists() and path.samefile(sheet.path):
        raise Failure(Exit.BAD_INPUT, f"--rejects {path} would replace the input itself.")
    encoding = "utf-8-sig" if sheet.bom else "utf-8"
    with Replacement(path) as whole:
        with whole.text(encoding) as file:
            rows = csv.writer(file, lineterminator=sheet.newline)
            rows.writerow(sheet.headings)
            yield rows.writerow
        whole.commit()


def _drop(cells: list[str], /) -> None:
    """Keep nothing of a row."""
