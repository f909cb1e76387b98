"""Files of rejected rows: one that can be fed back, and one beside it with the reasons."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import TextIO

from attrs import frozen

from asyncsdk.errors import StoreFailed
from asyncsdk.files.atomic_write import AtomicFile
from asyncsdk.files.csv_codec import LINE_END
from asyncsdk.files.disk_errors import store_errors
from asyncsdk.files.formula_injection import defused
from asyncsdk.files.json_lines import JSON_LINES
from asyncsdk.models.clear import CLEAR
from asyncsdk.routing.value_text import text_of
from asyncsdk.uploads.rejects import Reject, Rejects

__all__ = ["RejectsForm", "reasons_beside", "write_rejects"]

HEADINGS = ("Rejected row", "Input row", "Input line", "Reason")


@frozen
class RejectsForm:
    """Format of the files.

    Attributes:
        names: the input's columns.
        encoding: the input's encoding.
        separator: what separates cells.
        defuse_formulas: whether cells that a spreadsheet may carry out get an apostrophe.
    """

    names: Sequence[str]
    encoding: str
    separator: str = ","
    defuse_formulas: bool = False


def reasons_beside(path: str | PathLike[str]) -> Path:
    """The file of reasons that belongs to a file of rejected rows: ``rejects.reasons.csv`` to ``rejects.csv``."""
    path = Path(path)
    return path.with_name(f"{path.stem}.reasons.csv")


def write_rejects(path: str | PathLike[str], rejects: Rejects, form: RejectsForm) -> int:
    """Write rows as they were, and why each was rejected; gives how many.

    No file can say ``CLEAR``, and none half a character: the one is left empty, the other spelled out. Files that
    were there are replaced by whole ones or not at all.

    Raises:
        StoreFailed: they cannot be written, or some of the rows were left behind when the report was pickled.
    """
    if rejects.left_behind:
        raise StoreFailed(
            f"{rejects.left_behind:,} rejected rows were left behind when the report was pickled: write them where"
            " the run ends, or with rejects=... of the run."
        )
    place, reasons = Path(path), reasons_beside(path)
    count = 0
    with (
        store_errors(f"The file of rejected rows {path}"),
        AtomicFile(place) as rows_whole,
        AtomicFile(reasons) as reasons_whole,
    ):
        with (
            rows_whole.text(form.encoding, errors="backslashreplace") as rows_file,
            reasons_whole.text(form.encoding, errors="backslashreplace") as reasons_file,
        ):
            write_row = (_json_writer if place.suffix.casefold() in JSON_LINES else _csv_writer)(rows_file, form)
            tell = csv.writer(reasons_file, delimiter=form.separator, lineterminator=LINE_END)
            tell.writerow(HEADINGS)
            for count, reject in enumerate(rejects, 1):
                write_row(reject)
                line = "" if reject.line is None else reject.line
                tell.writerow((count, reject.number, line, defused(reject.reason)))
        rows_whole.commit()
        reasons_whole.commit()
    return count


def _csv_writer(file: TextIO, form: RejectsForm) -> Callable[[Reject], object]:
    """Writes headings now, and rows when it is called; a malformed one gets the cells that it had."""
    writer = csv.writer(file, delimiter=form.separator, lineterminator=LINE_END)
    names = list(form.names)
    writer.writerow(names)

    def write(reject: Reject) -> None:
        cells: Sequence[object] = reject.cells or [reject.row.get(name, "") for name in names]
        if form.defuse_formulas:
            cells = [defused(cell) if isinstance(cell, str) else cell for cell in cells]
        writer.writerow(map(_text_of, cells))

    return write


def _text_of(cell: object) -> str:
    """A value that was kept, in a file: missing ones and ``CLEAR`` are empty."""
    return "" if cell is CLEAR else cell if isinstance(cell, str) else text_of(cell) or ""


def _json_writer(file: TextIO, _: RejectsForm) -> Callable[[Reject], object]:
    """Writes an object for each row; a malformed line is written as it was."""

    def write(reject: Reject) -> None:
        if reject.cells is None:
            row = {name: cell for name, cell in reject.row.items() if cell is not CLEAR}
            text = json.dumps(row, ensure_ascii=False)
        else:
            text = reject.cells[0] if len(reject.cells) == 1 else json.dumps(reject.cells, ensure_ascii=False)
        file.write(f"{text}\n")

    return write
