"""The state, in SQLite: a file, or a private database that spills to disk when it grows."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from os import PathLike, fspath
from typing import Any

__all__ = ["Database"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS lists (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, name TEXT NOT NULL, folder TEXT NOT NULL,
    next_row INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL, modified INTEGER NOT NULL, job INTEGER);
CREATE TABLE IF NOT EXISTS columns (
    list INTEGER, place INTEGER, heading TEXT NOT NULL, type TEXT, PRIMARY KEY (list, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    list INTEGER, row INTEGER, email TEXT NOT NULL, cells TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL, PRIMARY KEY (list, row)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_email ON records (list, email);
CREATE TABLE IF NOT EXISTS merge_keys (job INTEGER, key TEXT, row INTEGER);
CREATE INDEX IF NOT EXISTS merge_keys_by_key ON merge_keys (job, key, row);
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, accepted REAL NOT NULL, pending REAL NOT NULL,
    running REAL NOT NULL, fate TEXT, words TEXT, details TEXT);
CREATE TABLE IF NOT EXISTS rejects (line INTEGER PRIMARY KEY, file TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS rejects_by_file ON rejects (file, line);
CREATE TABLE IF NOT EXISTS suppressed (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, email TEXT NOT NULL,
    timestamp INTEGER NOT NULL, origin TEXT NOT NULL, UNIQUE (kind, key));
CREATE TABLE IF NOT EXISTS subscriptions (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL, category TEXT NOT NULL, email TEXT NOT NULL,
    wanted INTEGER NOT NULL, timestamp INTEGER NOT NULL, UNIQUE (key, category));
CREATE TABLE IF NOT EXISTS event_sets (id TEXT PRIMARY KEY, destination TEXT UNIQUE NOT NULL);
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY, event_set TEXT NOT NULL, key TEXT NOT NULL, action TEXT NOT NULL,
    happened INTEGER NOT NULL, title TEXT NOT NULL, note TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS events_by_key ON events (key, happened);
CREATE TABLE IF NOT EXISTS users (key TEXT PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL,
    kind TEXT NOT NULL, password TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cookies (cookie TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    value TEXT PRIMARY KEY, kind TEXT NOT NULL, client TEXT NOT NULL, user TEXT NOT NULL,
    expires REAL NOT NULL, family TEXT NOT NULL);
"""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # The state of an emulator need not outlive a power cut.
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -65536",
)


class _SelfClosing(sqlite3.Connection):
    """Closes with the last reference to it, where an emulator was made and never stopped."""

    def __del__(self) -> None:
        self.close()


class Database:
    """One connection. Everything that touches it runs on the event loop's thread, a batch at a time."""

    def __init__(self, path: str | PathLike[str] | None) -> None:
        # The empty name is SQLite's own temporary database: in memory while small, then in a hidden file.
        self._connection = sqlite3.connect(
            "" if path is None else fspath(path),
            isolation_level=None,
            check_same_thread=False,  # it may be closed by whoever lets go of it last
            factory=_SelfClosing,
        )
        for pragma in _PRAGMAS:
            self._connection.execute(pragma).close()
        self._connection.executescript(_SCHEMA).close()

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def define(self, schema: str) -> None:
        """Make tables, where they are not there yet."""
        self._connection.executescript(schema).close()

    def run(self, statement: str, *values: Any) -> int:
        """Execute one statement; gives how many rows it changed."""
        return self._connection.execute(statement, values).rowcount

    def run_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Execute one statement for each row."""
        self._connection.executemany(statement, rows)

    def all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Every row of an answer."""
        return self._connection.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row of an answer."""
        row: tuple[Any, ...] | None = self._connection.execute(query, values).fetchone()
        return row

    @contextmanager
    def batch(self) -> Generator[None]:
        """Make several changes at once; nothing may be awaited inside."""
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
