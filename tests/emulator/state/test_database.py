"""Database of the emulator's state: it never outlives its emulator."""

from __future__ import annotations

import gc
import sqlite3

import pytest

from asyncsdk.emulator.state.database import Database


def test_a_database_closes_with_the_last_reference_to_it() -> None:
    """An emulator that is made and never stopped leaves no open file, and no warning of one."""
    database = Database(None)
    execute = database._connection.execute
    del database
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        execute("SELECT 1")


def test_closing_twice_is_harmless() -> None:
    """An emulator that is stopped twice raises nothing."""
    database = Database(None)
    database.close()
    database.close()
