"""Repository of suppression lists: addresses that get no mail."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.state.addresses import normalized
from asyncsdk.emulator.state.database import Database

__all__ = ["Suppressed", "SuppressionRepository"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS suppressed (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, email TEXT NOT NULL,
    timestamp INTEGER NOT NULL, origin TEXT NOT NULL, UNIQUE (kind, key));
"""

Suppressed: TypeAlias = Literal["hardbounce", "spamcomplaint", "optout"]
"""Why an address gets no mail."""


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

    def remove(self, kind: Suppressed, email: str) -> None:
        """Lift it."""
        self._store.run("DELETE FROM suppressed WHERE kind = ? AND key = ?", kind, normalized(email))

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
