"""Repositories of forms and landing pages, which users make in Act-On itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from attrs import asdict, frozen

from asyncsdk.emulator.examples.content import FORMS, PAGES, ExampleSite
from asyncsdk.emulator.state.folders import DEFAULT_FOLDER
from asyncsdk.emulator.state.repository import TableRepository

__all__ = ["FormRepository", "PageRepository", "SiteRepository", "StoredSite"]


@frozen
class StoredSite:
    """One form or landing page."""

    id: str
    title: str
    folder: str
    created: int
    modified: int


class SiteRepository(TableRepository[StoredSite]):
    """All sites of one kind, in the order in which they were made."""

    SCHEMA: ClassVar[str] = """
CREATE TABLE IF NOT EXISTS sites (
    kind TEXT, id TEXT, title TEXT NOT NULL, folder TEXT NOT NULL, created INTEGER NOT NULL,
    modified INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, id));
"""
    TABLE: ClassVar[str] = "sites"
    COLUMNS: ClassVar[tuple[str, ...]] = ("id", "title", "folder", "created", "modified")
    item = StoredSite
    KEY: ClassVar[str] = "id"
    ID: ClassVar[str] = "id"
    ORDER: ClassVar[str] = "rowid"
    KEEPS_DELETED: ClassVar[bool] = True
    EXAMPLES: ClassVar[Sequence[ExampleSite]]

    def examples(self) -> Iterable[Mapping[str, Any]]:
        """The sites of the documentation."""
        return ({**asdict(each), "folder": DEFAULT_FOLDER} for each in self.EXAMPLES)


class FormRepository(SiteRepository):
    """All forms of the account."""

    KIND: ClassVar[tuple[str, str] | None] = ("kind", "form")
    EXAMPLES = FORMS


class PageRepository(SiteRepository):
    """All landing pages of the account."""

    KIND: ClassVar[tuple[str, str] | None] = ("kind", "page")
    EXAMPLES = PAGES
