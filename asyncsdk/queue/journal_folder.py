"""Journal folder: a journal for each process that has a queue, and the orphans that dead processes have left.

A journal belongs to its process as long as the process lives: the operating system knows who has the file open. A
process that creates or takes over a journal holds the folder's lock meanwhile, so that no two processes take the
same journal, and none takes one that is just being created.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import tempfile
import time
from collections.abc import AsyncGenerator, Generator, Iterable, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from os import PathLike, fspath
from pathlib import Path
from secrets import token_hex
from typing import Final

from asyncsdk.errors import InvalidArgument, StoreFailed
from asyncsdk.queue import journal_schema
from asyncsdk.queue.journal import SUFFIX, QueueJournal
from asyncsdk.queue.journal_registry import LOCK as REGISTRY_LOCK
from asyncsdk.queue.journal_registry import is_taken, open_here
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["JournalFolder", "is_folder", "journals_in"]

_log = logging.getLogger("asyncsdk")

LOCK: Final = ".lock"
PAUSE: Final = 0.02
LOCK_SECONDS: Final = 10.0
"""Seconds to wait for the lock; others hold it for a moment, to create journals or take them over."""


def is_folder(path: str | PathLike[str]) -> bool:
    """Whether a journal's path is a folder's.

    What is there decides. What is not is a folder if it ends with a slash, or if it is a ``Path`` without a suffix,
    as a ``Path`` has lost its slash.
    """
    name = os.fspath(path)
    if Path(path).exists():
        return Path(path).is_dir()
    if name.endswith((os.sep, os.altsep or os.sep)):
        return True
    return not isinstance(path, str) and not Path(path).suffix


def is_journal(path: Path) -> bool:
    """Whether a file in a folder is a journal, by its name or by what it begins with."""
    if path.suffix == SUFFIX:
        return True
    if path.name.startswith(".") or path.name.endswith(("-wal", "-shm")) or not path.is_file():
        return False
    with REGISTRY_LOCK:
        if open_here(path) is not None:
            return True
        with path.open("rb") as file:
            head = file.read(72)
    return head.startswith(b"SQLite format 3\0") and head[68:] == journal_schema.MARK.to_bytes(4, "big")


def journals_in(folder: Path) -> list[Path]:
    """The files in a folder that are journals."""
    return [path for path in sorted(folder.iterdir()) if is_journal(path)]


class JournalFolder:
    """The journals in a folder.

    Args:
        path: the folder; it is made if it is missing, for its owner alone.
        list_id: the list whose journals are meant.

    Raises:
        InvalidArgument: it cannot be used.
    """

    def __init__(self, path: str | PathLike[str], list_id: str) -> None:
        if os.name != "posix":
            raise InvalidArgument("A folder of journals needs a POSIX system: here, give each process a file.")
        self._path = Path(path)
        self._list_id = list_id
        self._ignored: set[Path] = set()
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidArgument(f"The folder {fspath(path)} cannot be used: {error.strerror}.") from error

    @contextmanager
    def try_lock(self) -> Generator[bool]:
        """Hold the folder's lock, if nobody else does; gives whether it is held."""
        import fcntl

        handle = os.open(self._path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            try:
                yield True
            finally:
                # Not left to the end of the handle: a process that was forked meanwhile has it, too.
                fcntl.flock(handle, fcntl.LOCK_UN)
        finally:
            os.close(handle)

    @asynccontextmanager
    async def _locked(self) -> AsyncGenerator[None]:
        for _ in range(round(LOCK_SECONDS / PAUSE)):
            with self.try_lock() as held:
                if held:
                    yield
                    return
            await asyncio.sleep(PAUSE)
        raise StoreFailed(f"Another process has held {self._path / LOCK} for {LOCK_SECONDS:g} s; is it stopped?")

    async def new(self) -> QueueJournal:
        """Create a journal for this process.

        Raises:
            InvalidArgument: the file cannot be created.
            StoreFailed: another process holds the lock and does not release it.
        """
        try:
            async with self._locked():
                made = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
                name = f"{made}-{os.getpid()}-{token_hex(4)}{SUFFIX}"
                return await self._make(self._path / name)
        except OSError as error:
            raise InvalidArgument(f"The folder {self._path} cannot be used: {error.strerror}.") from error

    async def _make(self, path: Path) -> QueueJournal:
        """Make a journal; if this is cancelled, it is removed while the folder is still locked."""
        making = asyncio.create_task(asyncio.to_thread(QueueJournal, path, self._list_id))
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            await asyncio.wait({making})
            if making.exception() is None:
                journal = making.result()
                with suppress(StoreFailed):
                    self.remove([journal])
                journal.release()
            raise

    @property
    def _columns_file(self) -> Path:
        return self._path / f".columns-{journal_schema.digest(self._list_id)}.json"

    def columns(self) -> ListColumns | None:
        """The list's columns, as far as a queue on this folder has read them."""
        try:
            return journal_schema.columns_from_json(self._columns_file.read_text(encoding="utf-8"), self._list_id)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep_columns(self, columns: ListColumns) -> None:
        """Keep the columns of the list, so that the next queue can take rows before it reads them."""
        try:
            handle, name = tempfile.mkstemp(dir=self._path, prefix=".columns-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(journal_schema.columns_to_json(columns))
            Path(name).replace(self._columns_file)
        except OSError as error:  # the next queue reads them by a call
            _log.warning("The columns cannot be written down in %s: %s", self._path, error.strerror)

    def orphans(self) -> list[Path]:
        """The journals that no living process has open, without those that are ignored."""
        return [path for path in journals_in(self._path) if path not in self._ignored and not is_taken(path)]

    def open_orphans(self, paths: Iterable[Path], owner: str) -> list[QueueJournal]:
        """Open those of some journals that no process has open, and that are for this list of this account."""
        taken: list[QueueJournal] = []
        for path in paths:
            try:
                journal = QueueJournal(path, None)
            except InvalidArgument as error:
                if path.exists() and not is_taken(path):
                    self.ignore(path, str(error))
                continue
            try:
                is_ours = journal.list_id in {None, self._list_id} and journal.owner in {None, owner}
                why = "It is for another list or account."
            except journal_schema.DAMAGES as error:
                is_ours, why = False, f"It is damaged: {type(error).__name__}."
            if is_ours:
                taken.append(journal)
            else:
                journal.release()
                self.ignore(path, why)
        return taken

    def ignore(self, path: Path, why: str) -> None:
        """Ignore a journal from now on, and log why."""
        self._ignored.add(path)
        _log.warning("The queue for list %s leaves the journal %s alone. %s", self._list_id, path, why)

    @staticmethod
    def remove(journals: Sequence[QueueJournal]) -> None:
        """Remove journals whose rows are somewhere else, and close them.

        Each is locked until its file is gone: nobody can begin to write into what is about to be removed.

        Raises:
            StoreFailed: one cannot be removed, and stays unchanged.
        """
        for journal in journals:
            try:
                journal.database.execute("PRAGMA journal_mode = MEMORY").close()  # no log stays behind beside it
                Path(journal.name).unlink(missing_ok=True)
            except (OSError, sqlite3.Error) as error:
                raise StoreFailed(f"The journal {journal.name} cannot be removed: {error}.") from error
            journal.release()
