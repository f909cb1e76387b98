"""SQLite databases: one that is locked for one run, one that others read meanwhile, and one without a name."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

from asyncsdk.errors import InvalidArgument

__all__ = ["anonymous_database", "open_exclusive", "open_to_read", "open_to_write"]


class _SelfClosing(sqlite3.Connection):
    """Closes with the last reference to it: a report, which holds one, may be kept for any time.

    In a process that was forked it never closes: SQLite would take it for the last one, and remove the log that the
    parent goes on writing into.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._process = os.getpid()
        _open_connections.add(self)

    def close(self) -> None:
        """Close, in the process that has opened it."""
        if self._process == os.getpid():
            super().close()

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError, AttributeError):  # it was never opened
            self.close()


_open_connections: Final[WeakSet[_SelfClosing]] = WeakSet()


def _keep_parent_connections() -> None:
    """In a forked process: hold them for ever, so that not even the interpreter's end closes them."""
    import ctypes  # few programs fork

    for each in _open_connections:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(each))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_keep_parent_connections)


def anonymous_database() -> sqlite3.Connection:
    """A database that goes with the run: in memory while it is small, else in a file that SQLite deletes."""
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False, factory=_SelfClosing)
    # There is nothing to go back to, and nothing to survive.
    database.execute("PRAGMA journal_mode = OFF").close()
    database.execute("PRAGMA cache_size = -8000").close()
    return database


def open_exclusive(
    path: str | PathLike[str], what: str, mark: int, schema: str, *, pragmas: Sequence[str] = ()
) -> sqlite3.Connection:
    """Open a file, or make it, readable to its owner only. It is locked until it is closed or the process ends.

    Args:
        path: the file.
        what: what it is called in messages.
        mark: the number by which such files are known.
        schema: statements that make its tables.
        pragmas: further ones, such as ``secure_delete = ON``.

    Raises:
        InvalidArgument: it is something else, or in use.
    """
    try:
        Path(path).touch(mode=0o600)
        # A file's last piece is read, and so written down, in a thread. No statement is cached: without the GIL one
        # of that thread lives until the thread runs again, and SQLite keeps the file locked as long as it lives.
        database = sqlite3.connect(
            fspath(path),
            isolation_level=None,
            check_same_thread=False,
            timeout=0.0,
            cached_statements=0,
            factory=_SelfClosing,
        )
    except (OSError, sqlite3.Error) as error:
        raise InvalidArgument(f"The {what} {path} cannot be opened: {error}.") from error
    try:
        _claim(database, path, what, mark, schema)
        for pragma in pragmas:
            database.execute(f"PRAGMA {pragma}").close()
    except (sqlite3.Error, UnicodeError) as error:  # of a damaged file not even the message may be a text
        database.close()
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise InvalidArgument(f"The {what} {path} is in use by another run.") from error
        raise InvalidArgument(f"The {what} {path} cannot be used: {error}.") from error
    except BaseException:
        database.close()
        raise
    return database


def _claim(database: sqlite3.Connection, path: str | PathLike[str], what: str, mark: int, schema: str) -> None:
    database.execute("PRAGMA locking_mode = EXCLUSIVE").close()
    (known,) = database.execute("PRAGMA application_id").fetchone()
    if known != mark and (known or database.execute("SELECT 1 FROM sqlite_master").fetchone()):
        raise InvalidArgument(f"The {what} {path} cannot be used: it is a database of something else.")
    for pragma in ("journal_mode = WAL", "synchronous = FULL", f"application_id = {mark}"):
        database.execute(f"PRAGMA {pragma}").close()
    database.executescript(schema).close()


def open_to_write(path: str | PathLike[str], mark: int, schema: str) -> sqlite3.Connection:
    """Open a database, or make it, readable to its owner only. This process alone writes it, while others read.

    Args:
        path: the file.
        mark: the number by which such files are known.
        schema: statements that make its tables.

    Raises:
        OSError, sqlite3.Error: it cannot be used.
    """
    Path(path).touch(mode=0o600)
    database = sqlite3.connect(
        fspath(path), isolation_level=None, check_same_thread=False, timeout=0.0, factory=_SelfClosing
    )
    try:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            f"application_id = {mark}",
            "secure_delete = ON",
        ):
            database.execute(f"PRAGMA {pragma}").close()
        database.executescript(schema).close()
    except BaseException:
        database.close()
        raise
    return database


def open_to_read(path: str | PathLike[str], patience: float = 0.0) -> sqlite3.Connection:
    """Open a database that another process writes; nothing is written, and nobody is kept from writing.

    Args:
        path: the file.
        patience: seconds to wait for another reader, which completes what a process has left that was killed.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    return sqlite3.connect(
        f"{Path(path).absolute().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=patience,
        factory=_SelfClosing,
    )
