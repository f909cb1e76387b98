"""Forms and landing pages, which people make in Act-On itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from attrs import frozen

from asyncsdk.emulator.examples.content import FORMS, PAGES, ExampleSite
from asyncsdk.emulator.state.account_state import AccountState, Book
from asyncsdk.emulator.state.folders import DEFAULT_FOLDER

__all__ = ["FormRepository", "PageRepository", "SiteRepository", "StoredSite"]


@frozen
class StoredSite:
    """One form or landing page as it is now."""

    id: str
    title: str
    folder: str
    created: int
    modified: int


class SiteRepository(Book):
    """All sites of one kind; deleted ones are kept unseen, so that the examples do not come back."""

    SCHEMA: ClassVar[str] = """
CREATE TABLE IF NOT EXISTS sites (
    kind TEXT, id TEXT, title TEXT NOT NULL, folder TEXT NOT NULL, created INTEGER NOT NULL,
    modified INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, id));
"""
    KIND: ClassVar[str]
    EXAMPLES: ClassVar[Sequence[ExampleSite]]

    def __init__(self, platform: AccountState) -> None:
        super().__init__(platform)
        self.store.run_many(
            "INSERT OR IGNORE INTO sites (kind, id, title, folder, created, modified) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (self.KIND, each.id, each.title, DEFAULT_FOLDER, each.created, each.modified)
                for each in self.EXAMPLES
            ],
        )

    def all(self) -> list[StoredSite]:
        """Every site, in the order in which they were made."""
        rows = self.store.all(
            "SELECT id, title, folder, created, modified FROM sites WHERE kind = ? AND NOT deleted ORDER BY rowid",
            self.KIND,
        )
        return [StoredSite(*row) for row in rows]

    def get(self, site_id: str) -> StoredSite | None:
        """A site by its id, or None if there is none."""
        return next((each for each in self.all() if each.id == site_id), None)

    def remove(self, site_id: str) -> None:
        """Delete a site."""
        self.store.run("UPDATE sites SET deleted = 1 WHERE kind = ? AND id = ?", self.KIND, site_id)


class FormRepository(SiteRepository):
    """All forms of the account."""

    KIND: ClassVar[str] = "form"
    EXAMPLES = FORMS


class PageRepository(SiteRepository):
    """All landing pages of the account."""

    KIND: ClassVar[str] = "page"
    EXAMPLES = PAGES
