"""Intake reader: how the process that sends reads the intakes of all processes."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from attrs import frozen

from asyncsdk.files.sqlite import open_to_read
from asyncsdk.queue.folder.intake import lock_of
from asyncsdk.queue.folder.intake_schema import IntakeNews, news_in
from asyncsdk.queue.folder.process_lock import holder_of
from asyncsdk.queue.folder.queue_files import QueueFiles, remove_database
from asyncsdk.queue.journal_schema import DAMAGES, metadata

__all__ = ["FoundNews", "IntakeReaders", "is_dead", "remove_intake"]

_log = logging.getLogger("asyncsdk")


@frozen
class FoundNews:
    """What has come into one intake."""

    intake: str
    """Its name."""

    news: IntakeNews


class IntakeReaders:
    """Reads the intakes of a queue's processes, one after another.

    Args:
        files: the queue's files.
        owner: the account whose rows are meant.
        own: the intake of this process, whose rows are surely of this account.
    """

    def __init__(self, files: QueueFiles, owner: str, own: Path) -> None:
        self._files = files
        self._owner = owner
        self._own = own
        self._readers: dict[Path, _Reader] = {}
        self._ignored: set[Path] = set()
        self.names: set[str] = set()
        """The names of the intakes that there were at the last look."""

    def news(self, positions: Mapping[str, tuple[int, int]]) -> Iterator[FoundNews]:
        """What has come into the intakes after these positions, by their names; empty ones of the dead go.

        Raises:
            OSError: the folder cannot be read.
        """
        paths = self._files.intakes()
        self.names = {path.name for path in paths}
        for path in self._readers.keys() - set(paths):
            self._readers.pop(path).close()
        for path in paths:
            if path in self._ignored:
                continue
            dead = path != self._own and is_dead(path)
            found = self._read(path, dead, positions.get(path.name, (0, 0)))
            if found:
                yield FoundNews(path.name, found)
            elif dead and found is not None:
                self._remove(path)

    def _read(self, path: Path, dead: bool, position: tuple[int, int]) -> IntakeNews | None:
        """What has come into one; None if that is not known, or none of this queue's business."""
        try:
            reader = self._readers.get(path)
            if reader is None:
                reader = self._readers[path] = _Reader(path)
            owner = self._owner if path == self._own else reader.owner()
            if owner == self._owner or (owner is None and dead):
                return reader.news(*position)
        except sqlite3.OperationalError as error:
            # Its process is just making it, or was killed while it did.
            return IntakeNews([], []) if dead and "no such table" in str(error) else None
        except DAMAGES as error:
            self._ignored.add(path)
            _log.warning(
                "The intake %s is damaged, and is left alone: %s.",
                path,
                type(error).__name__,
                extra={"acton_event": "queue_journal_damaged", "acton_error": type(error).__name__},
            )
        return None

    def _remove(self, path: Path) -> None:
        with suppress(KeyError):
            self._readers.pop(path).close()
        remove_intake(path)

    def close(self) -> None:
        """Close the files."""
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()


class _Reader:
    """Reads one intake, if it has changed."""

    def __init__(self, path: Path) -> None:
        self._database = open_to_read(path)
        self._version: object = None
        self._owner: str | None = None

    def owner(self) -> str | None:
        """The account that its rows are for, once that is known."""
        if self._owner is None:
            self._owner = metadata(self._database, "owner")
        return self._owner

    def news(self, row: int, note: int) -> IntakeNews:
        (version,) = self._database.execute("PRAGMA data_version").fetchone()
        if version == self._version:
            return IntakeNews([], [])
        found = news_in(self._database, row, note)
        if not found:  # else it is looked at again: what was read is not taken before it is written down
            self._version = version
        return found

    def close(self) -> None:
        self._database.close()


def is_dead(intake: Path) -> bool:
    """Whether the process of an intake puts nothing into it any more."""
    try:
        return holder_of(lock_of(intake))[0] is None
    except FileNotFoundError:
        return True


def remove_intake(path: Path) -> None:
    """Remove an intake whose process is dead."""
    remove_database(path)
    lock_of(path).unlink(missing_ok=True)
