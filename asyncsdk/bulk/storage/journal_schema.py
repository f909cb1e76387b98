"""Journal schema: its tables, and the migration of older versions."""

from __future__ import annotations

import sqlite3
from typing import Final

__all__ = ["MARK", "SCHEMA", "TABLES", "VERSION", "migrate"]

VERSION: Final = 2
MARK: Final = 0x61_73_42_4A
"""``asBJ``, by which SQLite knows such files."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS run (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS laid_out (
    run TEXT PRIMARY KEY, via TEXT NOT NULL, left_out BLOB NOT NULL, finished INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS files (
    number INTEGER PRIMARY KEY, rows INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
    sent_at REAL, job_id TEXT, counts TEXT, reason TEXT, origin INTEGER, held BLOB);
CREATE TABLE IF NOT EXISTS records (number INTEGER PRIMARY KEY, outcome TEXT NOT NULL, reason TEXT);
"""
"""``origin`` and ``held`` are of files that are sent again: the staged file whose rows they hold, and which."""

TABLES: Final = ("run", "laid_out", "files", "records", "rejects")


def migrate(database: sqlite3.Connection) -> None:
    """Bring a journal of version 1, in which no file was ever sent again, to this version; all or nothing."""
    columns = {str(row[1]) for row in database.execute("PRAGMA table_info(files)")}
    if "held" in columns:
        return
    with database:
        database.execute("BEGIN")
        database.execute("ALTER TABLE files ADD COLUMN origin INTEGER")
        database.execute("ALTER TABLE files ADD COLUMN held BLOB")
        database.execute("UPDATE run SET value = ? WHERE name = 'version' AND value = '1'", (str(VERSION),))
