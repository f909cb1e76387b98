"""Repository of cookies: which record a visitor is."""

from __future__ import annotations

from typing import ClassVar

from asyncsdk.emulator.state.account_state import Repository

__all__ = ["CookieRepository"]


class CookieRepository(Repository):
    """The records of visitors by their cookies."""

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS cookies (cookie TEXT PRIMARY KEY, record TEXT NOT NULL);
    """

    def add(self, cookie: str, record_id: str) -> None:
        """Note that the visitor with a cookie is a record."""
        self.store.run("INSERT OR REPLACE INTO cookies (cookie, record) VALUES (?, ?)", cookie, record_id)

    def record_of(self, cookie: str) -> str | None:
        """The id of the visitor's record; None if the cookie is unknown."""
        found = self.store.one("SELECT record FROM cookies WHERE cookie = ?", cookie)
        return None if found is None else str(found[0])
