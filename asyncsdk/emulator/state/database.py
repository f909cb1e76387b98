"""SQLite database of the state: a file, or a temporary database that moves to disk when it grows."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import lru_cache
from os import PathLike, fspath
from typing import Any
from weakref import finalize

__all__ = ["Database"]

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # The state of an emulator need not outlive a power cut.
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -65536",
)


_TARGET = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE(?: OR \w+)?|DELETE FROM)\s+"?(\w+)')


@lru_cache(2048)
def _table_of(statement: str) -> str:
    """The table that a statement changes; empty where it changes none, as ``PRAGMA`` does."""
    found = _TARGET.match(statement)
    return "" if found is None else found[1]


class Database:
    """One connection. Everything that touches it runs on the event loop's thread, a batch at a time."""

    def __init__(self, path: str | PathLike[str] | None) -> None:
        # The empty name is SQLite's own temporary database: in memory while small, then in a hidden file.
        self._connection = sqlite3.connect(
            "" if path is None else fspath(path),
            isolation_level=None,
            check_same_thread=False,  # it may be closed where its last reference goes
        )
        # An emulator may be made and never stopped.
        self._close = finalize(self, self._connection.close)
        self.changes: Counter[str] = Counter()
        """Number of statements that may have changed a table, by its name, since the database was opened."""

        for pragma in _PRAGMAS:
            self._connection.execute(pragma).close()

    def close(self) -> None:
        """Close the database."""
        self._close()

    def define(self, schema: str) -> None:
        """Make tables, where they are not there yet."""
        self._connection.executescript(schema).close()

    def clear(self, kept: Collection[str] = ()) -> None:
        """Empty every table but those that are kept; automatic numbers begin anew."""
        tables = self.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        with self.batch():
            for (name,) in tables:
                if name not in kept:
                    self.run(" ".join(("DELETE FROM", f'"{name}"')))

    def run(self, statement: str, *values: Any) -> int:
        """Execute one statement; gives how many rows it changed."""
        self.changes[_table_of(statement)] += 1
        return self._connection.execute(statement, values).rowcount

    def run_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Execute one statement for each row."""
        self.changes[_table_of(statement)] += 1
        self._connection.executemany(statement, rows)

    def all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Every row of an answer."""
        return self._connection.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row of an answer; a statement may change something and return it."""
        self.changes[_table_of(query)] += 1
        row: tuple[Any, ...] | None = self._connection.execute(query, values).fetchone()
        return row

    @contextmanager
    def batch(self) -> Generator[None]:
        """Make several changes at once; nothing may be awaited inside."""
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:  # a full disk has ended it already
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
