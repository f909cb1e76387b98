"""Checks of output paths, before anything is sent."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.files.json_lines import JSON_LINES
from asyncsdk.uploads.rejects_file import reasons_beside

__all__ = ["check_output_path", "check_rejects_path"]


def check_output_path(name: str, path: Path, *, force: bool = True) -> None:
    """Refuse what cannot be written to, before anything is sent.

    Args:
        name: what the command line calls the file.
        path: where it goes.
        force: whether it may replace a file.

    Raises:
        Failure: it cannot, or may not, be written there.
    """
    if path.is_dir():
        raise Failure(Exit.BAD_INPUT, f"{name} {path} is a directory.")
    if not path.parent.is_dir():
        raise Failure(Exit.BAD_INPUT, f"{name}: there is no folder {path.parent}.")
    if path.exists() and not path.is_file():
        raise Failure(Exit.BAD_INPUT, f"{name} {path} is no regular file.")
    if path.exists() and not force:
        raise Failure(Exit.BAD_INPUT, f"{name} {path} is there already; --force replaces it.")


def check_rejects_path(path: Path, *, input_file: Path, force: bool) -> None:
    """Refuse a file for rejected rows that cannot be written, or would replace those of an earlier run.

    Args:
        path: where the rejected rows go; their reasons go beside it.
        input_file: where the rows come from.
        force: whether it may replace rejected rows of an earlier run.

    Raises:
        Failure: it cannot, or may not, be written there.
    """
    for place in (path, reasons_beside(path)):
        check_output_path("--rejects", place)
        if place.exists() and input_file.exists() and place.samefile(input_file):
            raise Failure(Exit.BAD_INPUT, f"--rejects {place} would replace the input itself.")
    check_output_path("--rejects", path, force=force or not _holds_rows(path))


def _holds_rows(path: Path) -> bool:
    """Whether a file is there and holds more than headings, of which a file of JSON Lines has none."""
    if not path.is_file():
        return False
    headings = 0 if path.suffix.casefold() in JSON_LINES else 1
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            return len(list(islice(csv.reader(file), 2))) > headings
    except csv.Error:
        return True
