"""Repository of the account's users."""

from __future__ import annotations

from typing import Final

from asyncsdk.emulator.settings import Settings
from asyncsdk.emulator.state.database import Database

__all__ = ["UserRepository"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS users (key TEXT PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL,
    kind TEXT NOT NULL, password TEXT NOT NULL);
"""


class UserRepository:
    """The user of the settings, and those that were created."""

    def __init__(self, store: Database, settings: Settings) -> None:
        self._store = store
        store.define(_SCHEMA)
        self._settings = settings

    def knows(self, login: str, password: str) -> bool:
        """Whether these are the credentials of a user."""
        if (login, password) == (self._settings.username, self._settings.password):
            return True
        found = self._store.one("SELECT password FROM users WHERE key = ?", login.casefold())
        return found is not None and found[0] == password

    def exists(self, email: str) -> bool:
        """Whether there is such a user."""
        key = email.casefold()
        return key == self._settings.username.casefold() or bool(
            self._store.one("SELECT 1 FROM users WHERE key = ?", key)
        )

    def add(self, email: str, name: str, kind: str, password: str) -> None:
        """Create a user."""
        self._store.run(
            "INSERT INTO users (key, email, name, kind, password) VALUES (?, ?, ?, ?, ?)",
            email.casefold(),
            email,
            name,
            kind,
            password,
        )

    def remove(self, email: str) -> bool:
        """Delete a user; gives whether there was one. The user of the settings stays."""
        return self._store.run("DELETE FROM users WHERE key = ?", email.casefold()) > 0

    def described(self, login: str) -> tuple[str, str, str]:
        """A user's name, address and type."""
        found = self._store.one("SELECT name, email, kind FROM users WHERE key = ?", login.casefold())
        if found is None:
            return self._settings.user_name, self._settings.username, "Marketing"
        return str(found[0]), str(found[1]), str(found[2])
