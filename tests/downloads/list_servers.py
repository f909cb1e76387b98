"""Servers of lists for the tests of downloads: an emulator with a list, or scripted pages and CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from asyncsdk import Session
from asyncsdk.emulator import Cut, Emulator, ExpireToken, Reply, Slow
from tests.support.raw_server import Act, Seen, answer
from tests.support.stage import emulator, issued, password_grant, session

HEADINGS = ["_contact_id_", "Email", "Name"]

ODD = [
    ["ö@example.com", 'He said "no"'],
    ["b@example.com", "two\nlines\r\nand more"],
    ["c@example.com", "a,b;c\t'd'"],
    ["d@example.com", ""],
    ["e@example.com", "名前 \u2028 👩‍💻"],
]
"""Rows with cells that are hard to carry."""

FAULTS = [
    Cut("arrival"),
    Cut("acted"),
    Cut("midway"),
    Reply.unavailable(),
    Reply.throttled(retry_after=2),
    Reply.throttled(status=200),
    Reply.gateway_page(),
    ExpireToken(),
    Slow(20),
]
"""What may happen to one call and pass."""

ACCOUNT = answer(200, {"account_id": "1"})
"""Which account it is, as a state wants to know first."""


def people(number: int, start: int = 0) -> list[list[str]]:
    """Rows for a list of the columns Email and Name."""
    return [[f"user{place}@example.com", f"Name {place}"] for place in range(start, start + number)]


def records(number: int) -> list[list[str | None]]:
    """The same rows as a page has them."""
    return [[f"l-0001:{place:x}", *row] for place, row in enumerate(people(number))]


@asynccontextmanager
async def list_of(
    rows: Sequence[Sequence[str]], columns: Sequence[str] = ("Email", "Name"), **settings: Any
) -> AsyncIterator[tuple[Emulator, Session, str]]:
    """An emulator, an open session on it, and a list."""
    async with (
        emulator(**settings) as server,
        session(server, token=issued(server), grant=password_grant(server)) as acton,
    ):
        yield server, acton, server.add_list("Leads", columns, rows)


def page(rows: Sequence[Any], total: int, offset: int = 0, headings: Sequence[str] = HEADINGS) -> dict[str, Any]:
    """A page of records as it travels."""
    return {
        "listId": "l-0001",
        "offset": offset,
        "count": len(rows),
        "totalCount": total,
        "emailColumn": 1,
        "headers": list(headings),
        "data": list(rows),
    }


def asked(seen: Seen) -> dict[str, str]:
    """The query of a request."""
    return {name: values[0] for name, values in parse_qs(seen.target.partition("?")[2]).items()}


def paged(rows: Callable[[], Sequence[Any]], *, total: Callable[[], int] | None = None) -> Act:
    """Give the page that is asked for, of what there is at that moment."""

    async def act(seen: Seen, writer: Any) -> None:
        query = asked(seen)
        start, count = int(query["offset"]), int(query["count"])
        there = rows()
        told = len(there) if total is None else total()
        await answer(200, page(there[start : start + count], told, start))(seen, writer)

    return act


def csv_body(rows: Sequence[Sequence[str | None]], end: str = "\r\n") -> bytes:
    """Rows as an answer of CSV, without quotes."""
    return "".join(",".join(str(cell) for cell in row) + end for row in [HEADINGS, *rows]).encode()


def listed(rows: Sequence[Any], bodies: list[bytes], totals: list[int] | None = None) -> Act:
    """Give pages of rows, and one body after another for CSV; each ends with the connection, whole or not."""

    async def act(seen: Seen, writer: Any) -> None:
        query = asked(seen)
        if query.get("responseformat") == "CSV":
            body = bodies.pop(0) if len(bodies) > 1 else bodies[0]
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nConnection: close\r\n\r\n" + body)
            await writer.drain()
            writer.close()
            return
        total = len(rows) if totals is None else totals.pop(0) if len(totals) > 1 else totals[0]
        start, count = int(query["offset"]), int(query["count"])
        await answer(200, page(rows[start : start + count], total, start))(seen, writer)

    return act


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(each.name for each in folder.iterdir())
