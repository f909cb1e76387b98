"""Vault in a table of a database that several processes open: what anybody may write over Postgres or the like."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from asyncsdk import RunInUse

__all__ = ["TableVault"]

_TABLE = """CREATE TABLE IF NOT EXISTS runs (
    name TEXT PRIMARY KEY, copy BLOB, holder TEXT, until REAL)"""
_TAKE = """INSERT INTO runs (name, holder, until) VALUES (:name, :holder, :now + :seconds)
    ON CONFLICT (name) DO UPDATE SET holder = :holder, until = :now + :seconds
    WHERE until < :now RETURNING copy"""
_KEEP = """UPDATE runs SET copy = :copy, until = :now + :seconds
    WHERE name = :name AND holder = :holder RETURNING 1"""
_GIVE_BACK = "UPDATE runs SET until = 0 WHERE name = :name AND holder = :holder RETURNING 1"


class TableVault:
    """Vault of one run.

    Args:
        path: the database.
        name: which run it is.
        lease_seconds: for how long a process has it that says nothing more.
    """

    def __init__(self, path: Path, name: str, lease_seconds: float) -> None:
        self._path = path
        self._arguments = {"name": name, "holder": secrets.token_hex(16), "seconds": lease_seconds}

    async def take(self) -> bytes | None:
        """Take the run, and give the copy of its journal."""
        copy: bytes | None = (await self._write(_TAKE))[0]
        return copy

    async def keep(self, copy: bytes) -> None:
        """Keep a copy."""
        await self._write(_KEEP, copy=copy)

    async def give_back(self) -> None:
        """Let anybody take it."""
        await self._write(_GIVE_BACK)

    async def _write(self, statement: str, **more: bytes) -> Sequence[Any]:
        return await asyncio.to_thread(self._written, statement, more)

    def _written(self, statement: str, more: Mapping[str, bytes]) -> Sequence[Any]:
        with closing(sqlite3.connect(self._path, timeout=60)) as database, database:
            database.execute(_TABLE)
            arguments = {**self._arguments, **more, "now": time.time()}
            row: Sequence[Any] | None = database.execute(statement, arguments).fetchone()
        if row is None:
            raise RunInUse
        return row
