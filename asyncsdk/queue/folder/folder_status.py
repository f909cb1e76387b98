"""Folder status: who sends a folder's queues, and what waits in the intake of each process."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from attrs import evolve

from asyncsdk.files.sqlite import open_to_read
from asyncsdk.queue import journal_schema
from asyncsdk.queue.folder.intake import lock_of
from asyncsdk.queue.folder.intake_schema import rows_after
from asyncsdk.queue.folder.process_lock import holder_of
from asyncsdk.queue.folder.queue_files import intakes_in, lead_of, states_in
from asyncsdk.queue.folder.state_schema import positions_in
from asyncsdk.queue.journal_status import JournalStatus, age_of, read_status

__all__ = ["folder_statuses"]

PATIENCE: Final = 2.0
"""Seconds to wait for a file that another process reads first after its writer was killed."""


def folder_statuses(folder: Path) -> list[JournalStatus]:
    """The status of each file of the queues in a folder: the rows that were taken, and those that were not yet.

    Raises:
        OSError, sqlite3.Error, ValueError: one cannot be read.
    """
    positions: dict[str, tuple[int, int]] = {}
    found = [_state(path, positions) for path in states_in(folder)]
    found += [_intake(path, positions) for path in intakes_in(folder)]
    return [each for each in found if each.path.exists()]  # one may have gone while it was read


def _state(path: Path, positions: dict[str, tuple[int, int]]) -> JournalStatus:
    holder = _holder(lead_of(path))
    try:
        with closing(open_to_read(path, PATIENCE)) as database:
            found = read_status(path, database, holder)
            positions.update(positions_in(database))
            return evolve(found, sends=holder is not None)
    except sqlite3.OperationalError:
        if path.exists():
            raise
        return JournalStatus(path, None, holder, 0, 0, (), None)


def _intake(path: Path, positions: Mapping[str, tuple[int, int]]) -> JournalStatus:
    holder = _holder(lock_of(path))
    try:
        with closing(open_to_read(path, PATIENCE)) as database:
            row, _ = positions.get(path.name, (0, 0))
            rows = rows_after(database, row, -1)
            list_id = journal_schema.metadata(database, "list")
    except sqlite3.OperationalError:  # its process is just making it
        return JournalStatus(path, None, holder, 0, 0, (), None)
    return JournalStatus(path, list_id, holder, len(rows), 0, (), age_of(rows))


def _holder(lock: Path) -> int | None:
    try:
        return holder_of(lock)[0]
    except FileNotFoundError:
        return None
