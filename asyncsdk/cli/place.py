"""Whether a file may be written to."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

from asyncsdk.cli.exits import Exit, Failure

__all__ = ["check_place", "holds_rows"]


def check_place(name: str, path: Path, *, force: bool = True) -> None:
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


def holds_rows(path: Path, *, but: Path) -> bool:
    """Whether a file is there, is another one than ``but``, and holds more than headings."""
    if not path.is_file() or path.resolve() == but.resolve():
        return False
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            return len(list(islice(csv.reader(file), 2))) > 1
    except csv.Error:
        return True
