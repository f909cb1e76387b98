"""Left journals: files of single queues, and of earlier versions, that lie in a folder and that nobody has open.

The process that sends takes their rows over. They are in the state, with the identities of the journals that they
are from, before these are removed. If it is killed in between, the state says whose rows it has, so that none comes
twice.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from asyncsdk.errors import InvalidArgument, StoreFailed
from asyncsdk.queue import journal_schema
from asyncsdk.queue.folder.left_rows import LeftRows, read_left
from asyncsdk.queue.folder.queue_files import QueueFiles
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_folder import journals_in
from asyncsdk.queue.journal_registry import is_taken

__all__ = ["LeftJournals", "forget_adopted", "remove", "write_left"]

_log = logging.getLogger("asyncsdk")


class LeftJournals:
    """The journals in a folder that nobody has open, of one list of one account.

    Args:
        files: where they are.
        owner: the account.
    """

    def __init__(self, files: QueueFiles, owner: str) -> None:
        self._files = files
        self._owner = owner
        self._ignored: set[Path] = set()

    @contextmanager
    def opened(self) -> Generator[list[QueueJournal]]:
        """Open them; nobody else can until they are closed.

        Raises:
            OSError: the folder cannot be read.
        """
        paths = [path for path in journals_in(self._files.folder) if path not in self._ignored]
        journals = self._open(path for path in paths if not is_taken(path))
        try:
            yield journals
        finally:
            for journal in journals:
                journal.release()

    def _open(self, paths: Iterable[Path]) -> list[QueueJournal]:
        taken: list[QueueJournal] = []
        for path in paths:
            try:
                journal = QueueJournal(path, None)
            except InvalidArgument as error:
                if path.exists() and not is_taken(path):
                    self._ignore(path, str(error))
                continue
            try:
                is_ours = journal.list_id in {None, self._files.list_id} and journal.owner in {None, self._owner}
                why = "It is for another list or account."
            except journal_schema.DAMAGES as error:
                is_ours, why = False, f"It is damaged: {type(error).__name__}."
            if is_ours:
                taken.append(journal)
            else:
                journal.release()
                self._ignore(path, why)
        return taken

    def _ignore(self, path: Path, why: str) -> None:
        """Ignore a journal from now on, and log why."""
        self._ignored.add(path)
        _log.warning(
            "The queue for list %s leaves the journal %s alone. %s",
            self._files.list_id,
            path,
            why,
            extra={"acton_event": "queue_journal_left_alone", "acton_list": self._files.list_id},
        )

    def read(
        self, journals: Sequence[QueueJournal], known: set[str], now: float
    ) -> tuple[LeftRows, list[QueueJournal]]:
        """What they hold, and those of them that can be read."""
        read, unreadable = read_left(journals, known, now)
        for journal, why in unreadable.items():
            self._ignore(Path(journal.name), why)
        if rows := len(read.rows) + len(read.unsaved):
            _log.warning(
                "%d rows were taken over from %d journals that were left.",
                rows,
                len(journals),
                extra={"acton_event": "queue_journals_taken_over", "acton_rows": rows},
            )
        return read, [each for each in journals if each not in unreadable]


def write_left(database: sqlite3.Connection, left: LeftRows, last: int) -> LeftRows:
    """Write into a state, in a transaction, what journals hold; gives it with its numbers.

    Args:
        database: the state.
        left: what they hold.
        last: the last number of a row.
    """
    numbered = left.numbered(count(last + 1))
    for statement in numbered.statements():
        database.executemany(statement.sql, statement.values).close()
    return numbered


def forget_adopted(database: sqlite3.Connection, left: LeftRows) -> None:
    """Forget journals that are removed."""
    names = [(f"{journal_schema.ADOPTED}{each}",) for each in left.adopted]
    database.executemany("DELETE FROM queue WHERE name = ?", names).close()


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
