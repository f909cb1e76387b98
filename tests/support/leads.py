"""The list that the tests of bulk runs write to, and how they look at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from asyncsdk import APIError, BulkReport, Column, Session
from asyncsdk.emulator import Emulator, Pass, Reply
from tests.support.stage import outcome, stage

__all__ = ["COLUMNS", "LIST", "added_up", "held", "leads", "names_in", "people", "stopped", "writes"]

LIST = "l-0001"
COLUMNS = (Column("E-mail Address", "EMAIL"), Column("First Name", "FIRSTNAME"), Column("City"), Column("Note"))
_WRITES = {"contacts.upsert", "lists.merge"}


@asynccontextmanager
async def leads(
    rows: Sequence[Sequence[str]] = (), columns: Sequence[Column] = COLUMNS, **settings: Any
) -> AsyncIterator[tuple[Emulator, Session]]:
    """An emulator with a list, in virtual time, and a session on it."""
    async with stage(**settings) as (server, acton):
        server.add_list("Leads", columns, rows, list_id=LIST)
        yield server, acton


def people(count: int) -> list[dict[str, Any]]:
    """Rows that differ."""
    return [{"email": f"user{n}@example.com", "First Name": f"Ada {n}", "City": "Rome"} for n in range(count)]


def held(server: Emulator) -> dict[str, list[str]]:
    """The list's records, by address."""
    return {row[0]: row[1:] for row in server.rows(LIST)}


def writes(server: Emulator) -> int:
    """How many calls have reached the server that change something."""
    return sum(call.route in _WRITES for call in server.calls)


def names_in(folder: Path) -> list[str]:
    """The files of a folder."""
    return sorted(path.name for path in folder.iterdir())


def added_up(report: BulkReport) -> bool:
    """Whether every row has exactly one outcome."""
    outcomes = report.created, report.updated, report.merged, report.rejected, report.failed, report.unknown
    return min(outcomes) >= 0 and sum(outcomes) == report.rows


async def stopped(server: Emulator, acton: Session, rows: list[dict[str, Any]], journal: Path) -> None:
    """A run that ended in the middle, after 9 rows."""
    server.faults.add(Pass(), on="contacts.upsert", times=9)
    server.faults.add(Reply(403, {"errorCode": "10100", "message": "No"}), on="contacts.upsert", times=99)
    assert isinstance(await outcome(acton.bulk.upsert(LIST, rows, via="records", journal=journal)), APIError)
    server.faults.clear()
