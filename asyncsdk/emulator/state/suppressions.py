"""Repository of suppression lists: addresses that get no mail."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.state.addresses import normalized
from asyncsdk.emulator.state.database import Database

__all__ = ["Suppressed", "SuppressedAddress", "SuppressionRepository"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS suppressed (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, email TEXT NOT NULL,
    timestamp INTEGER NOT NULL, origin TEXT NOT NULL, UNIQUE (kind, key));
CREATE INDEX IF NOT EXISTS suppressed_by_number ON suppressed (kind, number);
"""

Suppressed: TypeAlias = Literal["hardbounce", "spamcomplaint", "optout"]
"""Why an address gets no mail."""


@frozen
class SuppressedAddress:
    """One entry of a suppression list."""

    email: str
    time: int
    """When it came, in milliseconds since 1970."""

    origin: str


class SuppressionRepository:
    """Opt-outs, hard bounces and spam complaints."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        store.define(_SCHEMA)
        self._clock = clock

    def add(self, kind: Suppressed, email: str, origin: str) -> None:
        """Suppress an address; one that is there keeps its time."""
        self._store.run(
            "INSERT OR IGNORE INTO suppressed (kind, key, email, timestamp, origin) VALUES (?, ?, ?, ?, ?)",
            kind,
            normalized(email),
            email.strip(),
            self._clock.milliseconds(),
            origin,
        )

    def remove(self, kind: Suppressed, email: str) -> bool:
        """Lift it; gives whether there was anything to lift."""
        return self._store.run("DELETE FROM suppressed WHERE kind = ? AND key = ?", kind, normalized(email)) > 0

    def find(self, kind: Suppressed, email: str) -> SuppressedAddress | None:
        """The entry of an address; None if it is not suppressed."""
        found = self._store.one(
            "SELECT email, timestamp, origin FROM suppressed WHERE kind = ? AND key = ?", kind, normalized(email)
        )
        return None if found is None else SuppressedAddress(*found)

    def count(self, kind: Suppressed, part: str = "") -> int:
        """Number of addresses that have a text in them, upper or lower case."""
        query = "SELECT count(*) FROM suppressed WHERE kind = ?"
        found = (
            self._store.one(f"{query} AND instr(key, ?)", kind, normalized(part))
            if part
            else self._store.one(query, kind)  # the addresses themselves need not be read
        )
        return 0 if found is None else int(found[0])

    def newest(self, kind: Suppressed, part: str, offset: int, count: int) -> list[SuppressedAddress]:
        """Some of those, the one that came last first."""
        rows = self._store.all(
            "SELECT email, timestamp, origin FROM suppressed"
            " WHERE kind = ? AND (? = '' OR instr(key, ?)) ORDER BY number DESC LIMIT ? OFFSET ?",
            kind,
            *[normalized(part)] * 2,
            count,
            offset,
        )
        return [SuppressedAddress(*row) for row in rows]

    def page(
        self, kind: Suppressed, after: int | None, before: int | None, count: int, offset: int
    ) -> list[dict[str, Any]]:
        """Some of a list's entries, as they travel."""
        rows = self._store.all(
            "SELECT email, timestamp, origin FROM suppressed"
            " WHERE kind = ? AND timestamp > ? AND timestamp < ? ORDER BY number LIMIT ? OFFSET ?",
            kind,
            -1 if after is None else after,
            2**62 if before is None else before,
            count,
            offset,
        )
        return [{"email": email, "timestamp": since, "origin": origin} for email, since, origin in rows]
