"""Journal: the state of each file and each row, on disk before it matters, so that a run can be resumed.

A file is written down as *sending* before its first byte leaves and as *sent* before its last one does. So a run
that died while it was sending knows that Act-On has nothing of it; one that died later must look. The rows that
the list does not show then are sent again as another file, which has its own state.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import Any, Final

from attrs import asdict

from asyncsdk import clock
from asyncsdk.bulk.plan import Way
from asyncsdk.bulk.storage.counts import Counts
from asyncsdk.bulk.storage.file_entry import COLUMNS, FileEntry
from asyncsdk.bulk.storage.journal_schema import MARK, SCHEMA, TABLES, VERSION, migrate
from asyncsdk.files.disk_errors import store_errors
from asyncsdk.files.sqlite import anonymous_database, open_exclusive
from asyncsdk.uploads.rejects import REJECTS_SCHEMA, Rejects
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["Journal"]

REASONS: Final = 20
"""The most reasons that a report lists."""


class Journal:
    """Journal of one run.

    Args:
        path: a SQLite file; None keeps the journal as long as the run.
        database: the journal itself, where it is in no file; ``path`` is its name then.

    Raises:
        InvalidArgument: the file is not a journal, or another run writes to it.
    """

    def __init__(self, path: str | PathLike[str] | None, database: sqlite3.Connection | None = None) -> None:
        self._path = path if database is None else None
        self._name = "The run's journal" if path is None else f"The journal {path}"
        self._lock = Lock()
        if database is not None:
            self._database = database
        elif path is None:
            self._database = anonymous_database()
            self._database.executescript(SCHEMA).close()
        else:
            self._database = open_exclusive(path, "journal", MARK, SCHEMA + REJECTS_SCHEMA)
            with store_errors(self._name):
                migrate(self._database)
        self.rejects: Rejects = Rejects(self._database, self._name)
        """The rows that Act-On has rejected."""

    def differs(self, identity: Mapping[str, Any]) -> list[str]:
        """The properties in which a run differs from the one of the journal; none if the journal has no run."""
        wanted = _spelled(identity)
        known = dict(self._database.execute("SELECT name, value FROM run").fetchall())
        return sorted(name for name in {**wanted, **known} if known and wanted.get(name) != known.get(name))

    def bind(self, identity: Mapping[str, Any]) -> None:
        """Bind the journal to a run.

        Args:
            identity: what makes the run this one.
        """
        with store_errors(self._name), self._lock, self._database:
            self._database.execute("BEGIN")
            self._database.executemany("INSERT OR REPLACE INTO run VALUES (?, ?)", _spelled(identity).items())

    def empty(self) -> None:
        """Forget the run that the journal is bound to, all at once."""
        with store_errors(self._name), self._lock, self._database:
            self._database.execute("BEGIN")
            for table in TABLES:
                self._database.execute(f"DELETE FROM {table}")  # noqa: S608 - names from above

    def copy_aside(self) -> Path | None:
        """Copy the journal to the next name that is free, readable to its owner only; gives that name.

        ``FILE.aside-1``, then ``FILE.aside-2``, and so on. A journal without a file has no copy.
        """
        if self._path is None:
            return None
        number = 1
        while (aside := Path(f"{self._path}.aside-{number}")).exists():
            number += 1
        with store_errors(f"The copy {aside}"), self._lock:
            aside.touch(mode=0o600, exist_ok=False)
            with closing(sqlite3.connect(aside)) as copy:
                self._database.backup(copy)
        return aside

    def copy(self) -> bytes:
        """All of it, as a SQLite file."""
        with store_errors(self._name), self._lock:
            return self._database.serialize()

    def lay_out(self, via: Way, sizes: Sequence[int], left_out: RowNumbers) -> None:
        """Write down which rows are sent and how, once.

        Args:
            via: the way.
            sizes: how many rows each file has.
            left_out: rows that need not be sent at all.
        """
        run = secrets.token_hex(8)
        with store_errors(self._name), self._lock, self._database:
            self._database.execute("BEGIN")
            self._database.executemany("INSERT INTO files (number, rows) VALUES (?, ?)", enumerate(sizes))
            self._database.execute("INSERT INTO laid_out VALUES (?, ?, ?, 0)", (run, via, left_out.packed()))

    def layout(self) -> tuple[Way, RowNumbers] | None:
        """The way that an earlier run took, and the rows that it left out; None before that is known."""
        found = self._database.execute("SELECT via, left_out FROM laid_out").fetchone()
        return None if found is None else (found[0], RowNumbers(found[1]))

    @property
    def run(self) -> str:
        """Unique name of this run, since its layout."""
        return str(self._database.execute("SELECT run FROM laid_out").fetchone()[0])

    def finish(self) -> None:
        """Mark the run as finished: nothing is left to do, or to find out."""
        self._write("UPDATE laid_out SET finished = 1")

    @property
    def finished(self) -> bool:
        """Whether a run was finished."""
        return self._database.execute("SELECT 1 FROM laid_out WHERE finished").fetchone() is not None

    @property
    def complete(self) -> bool:
        """Whether every row has a known outcome."""
        return self.finished and not self.totals().unknown

    @property
    def reasons(self) -> list[str]:
        """The reasons why rows failed, or are unknown; a bounded number."""
        found = self._database.execute(
            "SELECT reason FROM files WHERE reason IS NOT NULL UNION SELECT reason FROM records"
            " WHERE outcome IN ('failed', 'unknown') AND reason IS NOT NULL LIMIT ?",
            (REASONS,),
        )
        return [str(reason) for (reason,) in found]

    def file(self, number: int) -> FileEntry:
        """Entry of a file."""
        question = f"SELECT {COLUMNS} FROM files WHERE number = ?"  # noqa: S608 - names of columns
        return FileEntry.of(self._database.execute(question, (number,)).fetchone())

    def files(self, *, open_only: bool = False) -> list[FileEntry]:
        """Entries of all files, or of those that have not ended."""
        which = " WHERE state != 'ended'" if open_only else ""
        question = f"SELECT {COLUMNS} FROM files{which} ORDER BY number"  # noqa: S608 - names of columns
        return [FileEntry.of(row) for row in self._database.execute(question).fetchall()]

    def sending(self, number: int) -> None:
        """Note that a file is about to be sent."""
        self._write("UPDATE files SET state = 'sending', sent_at = ? WHERE number = ?", clock.wall(), number)

    def sent(self, number: int) -> None:
        """Note that the last bytes of a file are about to be sent."""
        self._write("UPDATE files SET state = 'sent', sent_at = ? WHERE number = ?", clock.wall(), number)

    def refused(self, number: int) -> None:
        """Note that Act-On surely has nothing of a file."""
        self._write("UPDATE files SET state = 'waiting' WHERE number = ?", number)

    def accepted(self, number: int, job_id: str) -> None:
        """Note that Act-On has accepted a file, and works on it."""
        self._write("UPDATE files SET state = 'accepted', job_id = ? WHERE number = ?", job_id, number)

    def left_open(self, number: int, reason: str) -> None:
        """Note that the run goes on without the outcome of a file; a later run looks at it again."""
        self._write("UPDATE files SET reason = ? WHERE number = ?", reason, number)

    def resend(self, number: int, counts: Counts, missing: RowNumbers) -> int:
        """End a file, except for some rows that are to be sent again; gives the number of their new file.

        Args:
            number: the file.
            counts: how the others ended.
            missing: the rows that are to be sent again.
        """
        with store_errors(self._name), self._lock, self._database:
            self._database.execute("BEGIN")
            self._database.execute(
                "UPDATE files SET state = 'ended', counts = ?, reason = NULL WHERE number = ?",
                (json.dumps(asdict(counts)), number),
            )
            origin = self._database.execute(
                "SELECT coalesce(origin, number) FROM files WHERE number = ?", (number,)
            )
            again = self._database.execute(
                "INSERT INTO files (rows, origin, held) VALUES (?, ?, ?)",
                (len(missing), origin.fetchone()[0], missing.packed()),
            )
            return int(again.lastrowid or 0)

    def ended(self, number: int, counts: Counts, reason: str | None = None) -> None:
        """Note the outcome of a file's rows, which may be that it cannot be found out."""
        self._write(
            "UPDATE files SET state = 'ended', counts = ?, reason = ? WHERE number = ?",
            json.dumps(asdict(counts)),
            reason,
            number,
        )

    def record(self, number: int, outcome: str, reason: str | None = None) -> None:
        """Note the outcome of a row that was sent by itself."""
        self._write("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", number, outcome, reason)

    def records(self) -> Counts:
        """How the rows ended that were sent by themselves."""
        found = self._database.execute("SELECT outcome, count(*) FROM records GROUP BY outcome")
        return Counts(**{str(outcome): int(count) for outcome, count in found})

    def reopen(self) -> None:
        """Open rows with an unknown outcome again: this run looks for them, and sends them again."""
        files = [file.number for file in self.files() if file.counts is not None and file.counts.unknown]
        with store_errors(self._name), self._lock, self._database:
            self._database.execute("BEGIN")
            records = self._database.execute("DELETE FROM records WHERE outcome = 'unknown'").rowcount
            self._database.executemany(
                "UPDATE files SET state = 'sent', counts = NULL, reason = NULL WHERE number = ?",
                [(number,) for number in files],
            )
            if records or files:
                self._database.execute("UPDATE laid_out SET finished = 0")

    def forget_unknown(self) -> None:
        """Forget the rows that were sent by themselves and have an unknown outcome: they may be sent again."""
        self._write("DELETE FROM records WHERE outcome = 'unknown'")

    def settled(self, number: int) -> bool:
        """Whether a row that was sent by itself need not be sent again."""
        found = self._database.execute("SELECT 1 FROM records WHERE number = ?", (number,)).fetchone()
        return found is not None

    def saved(self) -> Iterator[int]:
        """The rows that were sent by themselves and are in the list now."""
        found = self._database.execute("SELECT number FROM records WHERE outcome IN ('created', 'updated')")
        return (int(number) for (number,) in found)

    def totals(self) -> Counts:
        """How all rows ended that have ended."""
        total = self.records()
        for (counts,) in self._database.execute("SELECT counts FROM files WHERE counts IS NOT NULL"):
            total = total + Counts(**json.loads(counts))
        return total

    def _write(self, statement: str, *values: object) -> None:
        with store_errors(self._name), self._lock:
            self._database.execute(statement, values)

    def close(self) -> None:
        """Close the file."""
        with self._lock:  # a thread may be about to write that the last piece of a file leaves
            self._database.close()


def _spelled(identity: Mapping[str, Any]) -> dict[str, str]:
    return {name: json.dumps(value) for name, value in {"version": VERSION, **identity}.items()}
