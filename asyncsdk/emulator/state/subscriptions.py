"""Repository of subscriptions: whether an address wants a category."""

from __future__ import annotations

from typing import Final

from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.state.addresses import normalized
from asyncsdk.emulator.state.database import Database

__all__ = ["SubscriptionRepository"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS subscriptions (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL, category TEXT NOT NULL, email TEXT NOT NULL,
    wanted INTEGER NOT NULL, timestamp INTEGER NOT NULL, UNIQUE (key, category));
"""


class SubscriptionRepository:
    """Explicit opt-ins and opt-outs; an address without a choice has no entry."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        store.define(_SCHEMA)
        self._clock = clock

    def say(self, email: str, category: str, wanted: bool) -> None:
        """Opt in or out."""
        self._store.run(
            "INSERT INTO subscriptions (key, category, email, wanted, timestamp) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (key, category) DO UPDATE"
            " SET wanted = excluded.wanted, timestamp = excluded.timestamp",
            normalized(email),
            category,
            email.strip(),
            int(wanted),
            self._clock.milliseconds(),
        )

    def wanted(self, email: str) -> frozenset[str]:
        """The categories that an address opted in to."""
        rows = self._store.all("SELECT category FROM subscriptions WHERE key = ? AND wanted = 1", normalized(email))
        return frozenset(str(row[0]) for row in rows)

    def state(self, email: str, category: str) -> bool | None:
        """Whether an address wants a category; None if it has no entry."""
        found = self._store.one(
            "SELECT wanted FROM subscriptions WHERE key = ? AND category = ?", normalized(email), category
        )
        return None if found is None else bool(found[0])

    def unwanted_total(self, category: str) -> int:
        """Number of addresses that opted out."""
        found = self._store.one("SELECT count(*) FROM subscriptions WHERE category = ? AND wanted = 0", category)
        return 0 if found is None else int(found[0])

    def unwanted(self, category: str, count: int, offset: int) -> list[tuple[str, int]]:
        """Addresses that opted out, and since when."""
        rows = self._store.all(
            "SELECT email, timestamp FROM subscriptions WHERE category = ? AND wanted = 0"
            " ORDER BY number LIMIT ? OFFSET ?",
            category,
            count,
            offset,
        )
        return [(str(email), int(since)) for email, since in rows]
