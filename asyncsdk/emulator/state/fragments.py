"""Repositories of headers and footers of messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from attrs import asdict, frozen

from asyncsdk.emulator.examples.content import FOOTERS, HEADERS, ExampleFragment
from asyncsdk.emulator.state.repository import TableRepository, given

__all__ = ["FooterRepository", "FragmentRepository", "HeaderRepository", "StoredFragment"]


@frozen
class StoredFragment:
    """One header or footer."""

    number: int
    title: str
    html: str
    text: str


class FragmentRepository(TableRepository[StoredFragment]):
    """All fragments of one kind."""

    SCHEMA: ClassVar[str] = """
CREATE TABLE IF NOT EXISTS fragments (
    kind TEXT, number INTEGER, title TEXT NOT NULL, html TEXT NOT NULL, text TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, number));
"""
    TABLE: ClassVar[str] = "fragments"
    COLUMNS: ClassVar[tuple[str, ...]] = ("number", "title", "html", "text")
    item = StoredFragment
    KEEPS_DELETED: ClassVar[bool] = True
    EXAMPLES: ClassVar[Sequence[ExampleFragment]]

    def examples(self) -> Iterable[Mapping[str, Any]]:
        """The fragments of the documentation."""
        return map(asdict, self.EXAMPLES)

    def add(self, title: str, html: str, text: str) -> int:
        """Add a fragment; gives its number, the next after all that there have been."""
        last = self.rows("max(number)")[0][0]
        number = 0 if last is None else int(last) + 1
        self.insert({"number": number, "title": title, "html": html, "text": text})
        return number

    def change(self, number: int, title: str | None, html: str | None, text: str | None) -> None:
        """Change what is given."""
        self.update(number, given({"title": title, "html": html, "text": text}))


class HeaderRepository(FragmentRepository):
    """All headers of the account."""

    KIND: ClassVar[tuple[str, str] | None] = ("kind", "header")
    EXAMPLES = HEADERS


class FooterRepository(FragmentRepository):
    """All footers of the account."""

    KIND: ClassVar[tuple[str, str] | None] = ("kind", "footer")
    EXAMPLES = FOOTERS
