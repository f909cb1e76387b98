"""Journal statuses: what the journals at a path hold, which is a file or a folder."""

from __future__ import annotations

import sqlite3
from os import PathLike
from pathlib import Path

from asyncsdk.errors import InvalidArgument
from asyncsdk.queue.folder.folder_status import folder_statuses
from asyncsdk.queue.journal_folder import journals_in
from asyncsdk.queue.journal_status import JournalStatus, status_of

__all__ = ["journal_statuses"]


def journal_statuses(path: str | PathLike[str]) -> list[JournalStatus]:
    """The status of all journals in a folder, or of one journal.

    Raises:
        InvalidArgument: there is none, or one cannot be read.
    """
    place = Path(path)
    try:
        if not place.is_dir():
            return [status_of(place)]
        return [*folder_statuses(place), *(status_of(file) for file in journals_in(place))]
    except OSError as error:
        raise InvalidArgument(f"{place} cannot be read: {error.strerror}.") from error
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise InvalidArgument(f"{place} cannot be read: {error}.") from error
