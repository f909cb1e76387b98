"""What has become of each file and each row, on disk before it matters: a run that dies can be resumed.

A file is written down as *sending* before its first byte leaves and as *sent* before its last one does. So a run
that died while it was sending knows that Act-On has nothing of it; one that died later must look.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from threading import Lock
from typing import Any, Final, Literal, TypeAlias

from attrs import asdict, evolve, field, frozen

from asyncsdk import clock
from asyncsdk.bulk.keeping.database import nameless_database, open_alone
from asyncsdk.bulk.keeping.rejects import REJECTS_SCHEMA, Rejects
from asyncsdk.bulk.keeping.storing import kept
from asyncsdk.bulk.plan import Way
from asyncsdk.bulk.staging.row_numbers import RowNumbers
from asyncsdk.errors import InvalidArgument

__all__ = ["Counts", "FileEntry", "Journal"]

State: TypeAlias = Literal["waiting", "sending", "sent", "accepted", "ended"]

VERSION: Final = 1
MARK: Final = 0x61_73_42_4A
"""``asBJ``, by which SQLite knows such files."""

REASONS: Final = 20
"""Reasons that are told, at the most."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS laid_out (
    run TEXT PRIMARY KEY, via TEXT NOT NULL, left_out BLOB NOT NULL, finished INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS files (
    number INTEGER PRIMARY KEY, rows INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
    sent_at REAL, job_id TEXT, counts TEXT, reason TEXT);
CREATE TABLE IF NOT EXISTS records (number INTEGER PRIMARY KEY, outcome TEXT NOT NULL, reason TEXT);
"""


@frozen
class Counts:
    """How many rows ended how."""

    created: int = 0
    updated: int = 0
    rejected: int = 0
    failed: int = 0
    unknown: int = 0

    def __add__(self, other: Counts) -> Counts:
        ours, theirs = asdict(self), asdict(other)
        return Counts(**{name: ours[name] + theirs[name] for name in ours})

    @property
    def rows(self) -> int:
        """All of them."""
        return self.created + self.updated + self.rejected + self.failed + self.unknown


@frozen
class FileEntry:
    """What is written down of one file."""

    number: int
    rows: int
    state: State = "waiting"
    sent_at: float | None = None
    job_id: str | None = None
    counts: Counts | None = field(default=None)
    reason: str | None = None


class Journal:
    """One run's journal.

    Args:
        path: a SQLite file; None keeps the journal as long as the run.

    Raises:
        InvalidArgument: it is no journal, or another run writes in it.
    """

    def __init__(self, path: str | PathLike[str] | None) -> None:
        self._path = path
        self._name = "The run's journal" if path is None else f"The journal {path}"
        self._lock = Lock()
        if path is None:
            self._database = nameless_database()
            self._database.executescript(_SCHEMA).close()
        else:
            self._database = open_alone(path, "journal", MARK, _SCHEMA + REJECTS_SCHEMA)
        self.rejects: Rejects = Rejects(self._database, self._name)
        """The rows that Act-On has rejected."""

    def claim(self, identity: Mapping[str, Any]) -> None:
        """Bind the journal to an input, or make sure that it is the same one.

        Args:
            identity: what makes the input this one.

        Raises:
            InvalidArgument: it belongs to another input or list.
        """
        wanted = {name: json.dumps(value) for name, value in {"version": VERSION, **identity}.items()}
        known = dict(self._database.execute("SELECT name, value FROM run").fetchall())
        if known and known != wanted:
            other = sorted(name for name in {**wanted, **known} if wanted.get(name) != known.get(name))
            raise InvalidArgument(
                f"The journal {self._path} belongs to another run: its {', '.join(other)} differ. Resume with the"
                " same rows and the same list, or choose another file. Nothing was sent."
            )
        if not known:
            with kept(self._name), self._lock, self._database:
                self._database.execute("BEGIN")
                self._database.executemany("INSERT INTO run VALUES (?, ?)", wanted.items())

    def lay_out(self, via: Way, sizes: Sequence[int], left_out: RowNumbers) -> None:
        """Write down what will be sent, once.

        Args:
            via: the way.
            sizes: how many rows each file has.
            left_out: rows that need not be sent at all.
        """
        run = secrets.token_hex(8)
        with kept(self._name), self._lock, self._database:
            self._database.execute("BEGIN")
            self._database.executemany("INSERT INTO files (number, rows) VALUES (?, ?)", enumerate(sizes))
            self._database.execute("INSERT INTO laid_out VALUES (?, ?, ?, 0)", (run, via, left_out.packed()))

    def layout(self) -> tuple[Way, RowNumbers] | None:
        """The way that an earlier run took, and the rows that it left out; None before that is known."""
        found = self._database.execute("SELECT via, left_out FROM laid_out").fetchone()
        return None if found is None else (found[0], RowNumbers(found[1]))

    @property
    def run(self) -> str:
        """What this run is called, since it is laid out; no other run is called so."""
        return str(self._database.execute("SELECT run FROM laid_out").fetchone()[0])

    def finish(self) -> None:
        """Nothing is left to do, or to find out."""
        self._write("UPDATE laid_out SET finished = 1")

    @property
    def finished(self) -> bool:
        """Whether a run came to its end."""
        return self._database.execute("SELECT 1 FROM laid_out WHERE finished").fetchone() is not None

    @property
    def reasons(self) -> list[str]:
        """Why rows failed, or are unknown; not too many."""
        found = self._database.execute(
            "SELECT reason FROM files WHERE reason IS NOT NULL UNION SELECT reason FROM records"
            " WHERE outcome IN ('failed', 'unknown') AND reason IS NOT NULL LIMIT ?",
            (REASONS,),
        )
        return [str(reason) for (reason,) in found]

    def file(self, number: int) -> FileEntry:
        """What is written down of a file."""
        row = self._database.execute("SELECT * FROM files WHERE number = ?", (number,)).fetchone()
        entry = FileEntry(*row)
        return entry if row[5] is None else evolve(entry, counts=Counts(**json.loads(row[5])))

    def sending(self, number: int) -> None:
        """A file is about to be sent."""
        self._write("UPDATE files SET state = 'sending', sent_at = ? WHERE number = ?", clock.wall(), number)

    def sent(self, number: int) -> None:
        """The last bytes of a file are about to be sent."""
        self._write("UPDATE files SET state = 'sent' WHERE number = ?", number)

    def refused(self, number: int) -> None:
        """Act-On surely has nothing of a file."""
        self._write("UPDATE files SET state = 'waiting' WHERE number = ?", number)

    def accepted(self, number: int, job_id: str) -> None:
        """Act-On has a file, and works on it."""
        self._write("UPDATE files SET state = 'accepted', job_id = ? WHERE number = ?", job_id, number)

    def overdue(self, number: int, reason: str) -> None:
        """A file's job goes on, and nobody waits for it any more; a later run looks at it again."""
        self._write("UPDATE files SET reason = ? WHERE number = ?", reason, number)

    def ended(self, number: int, counts: Counts, reason: str | None = None) -> None:
        """It is known what became of a file's rows, or that it cannot be known."""
        self._write(
            "UPDATE files SET state = 'ended', counts = ?, reason = ? WHERE number = ?",
            json.dumps(asdict(counts)),
            reason,
            number,
        )

    def record(self, number: int, outcome: str, reason: str | None = None) -> None:
        """It is known what became of a row that was sent by itself."""
        self._write("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", number, outcome, reason)

    def records(self) -> Counts:
        """How the rows ended that were sent by themselves."""
        found = self._database.execute("SELECT outcome, count(*) FROM records GROUP BY outcome")
        return Counts(**{str(outcome): int(count) for outcome, count in found})

    def forget_unknown(self) -> None:
        """Rows that were sent by themselves, and of which nobody knows what became of them, may be sent again."""
        self._write("DELETE FROM records WHERE outcome = 'unknown'")

    def settled(self, number: int) -> bool:
        """Whether a row that was sent by itself need not be sent again."""
        found = self._database.execute("SELECT 1 FROM records WHERE number = ?", (number,)).fetchone()
        return found is not None

    def all_saved_but_known(self, number: int) -> bool:
        """Whether of a file's rows all are in the list now, but for those among ``rejects``."""
        entry = self.file(number)
        return (
            entry.counts is not None and entry.reason is None and not (entry.counts.failed or entry.counts.unknown)
        )

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
        with kept(self._name), self._lock:
            self._database.execute(statement, values)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:  # a thread may be about to write that the last piece of a file leaves
            self._database.close()
