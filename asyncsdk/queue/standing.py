"""What journals hold, looked at without a call, and without touching them: also while a queue has them open."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from os import PathLike
from pathlib import Path
from typing import Final

from attrs import field, frozen

from asyncsdk import clock
from asyncsdk.errors import InvalidArgument
from asyncsdk.queue import kept
from asyncsdk.queue.folder import journals_in
from asyncsdk.queue.holder import holder_of
from asyncsdk.queue.outcome import UnsavedRow

__all__ = ["Standing", "standing_of", "standings"]

TRIES: Final = 5
"""How often a journal is copied that changes meanwhile."""


@frozen
class Standing:
    """What one journal holds."""

    path: Path
    list_id: str | None
    """The list that its rows are for; None: it was made and nothing was written into it."""

    holder: int | None
    """The process that has it open, 0 if it cannot be seen from here; None: nobody has."""

    waiting: int
    """Rows that are to be sent."""

    on_the_way: int
    """Rows that Act-On has, or may have, and of which nothing is known yet."""

    unsaved: tuple[UnsavedRow, ...] = field(repr=lambda rows: f"<{len(rows)} rows>")
    """Rows that were given up and that nobody was told of."""

    oldest: float | None
    """Seconds since the oldest row was put that is to be sent or on its way; None: unknown, or there is none."""


def standings(path: str | PathLike[str]) -> list[Standing]:
    """Those of all journals in a folder, or of one.

    Raises:
        InvalidArgument: there is none, or it cannot be read.
    """
    place = Path(path)
    try:
        files = journals_in(place) if place.is_dir() else [place]
        return [found for file in files if (found := standing_of(file)) is not None or not place.is_dir()]
    except OSError as error:
        raise InvalidArgument(f"{place} cannot be read: {error.strerror}.") from error


def standing_of(path: Path) -> Standing:
    """That of one journal.

    Raises:
        InvalidArgument: it is none, or cannot be read.
    """
    holder = holder_of(path)
    for _ in range(TRIES):
        before = _marks(path)
        with tempfile.TemporaryDirectory(prefix="asyncsdk-") as folder:
            copy = Path(folder) / "copy"
            shutil.copyfile(path, copy)
            with suppress(FileNotFoundError):
                shutil.copyfile(_wal(path), _wal(copy))
            if before == _marks(path):
                return _read(path, copy, holder)
    raise InvalidArgument(f"{path} changes too fast to be read: try again.")
