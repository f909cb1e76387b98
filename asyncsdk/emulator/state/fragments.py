"""Headers and footers of messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from attrs import frozen

from asyncsdk.emulator.examples.content import FOOTERS, HEADERS, ExampleFragment
from asyncsdk.emulator.state.account_state import AccountState, Book

__all__ = ["FooterRepository", "FragmentRepository", "HeaderRepository", "StoredFragment"]


@frozen
class StoredFragment:
    """One header or footer as it is now."""

    number: int
    title: str
    html: str
    text: str


class FragmentRepository(Book):
    """All fragments of one kind; deleted ones are kept unseen, so that no number is given twice."""

    SCHEMA: ClassVar[str] = """
CREATE TABLE IF NOT EXISTS fragments (
    kind TEXT, number INTEGER, title TEXT NOT NULL, html TEXT NOT NULL, text TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, number));
"""
    KIND: ClassVar[str]
    EXAMPLES: ClassVar[Sequence[ExampleFragment]]

    def __init__(self, platform: AccountState) -> None:
        super().__init__(platform)
        if self._last() is None:
            for example in self.EXAMPLES:
                self._insert(example.number, example.title, example.html, example.text)

    def _last(self) -> int | None:
        found = self.store.one("SELECT max(number) FROM fragments WHERE kind = ?", self.KIND)
        return None if found is None else found[0]

    def _insert(self, number: int, title: str, html: str, text: str) -> None:
        self.store.run(
            "INSERT INTO fragments (kind, number, title, html, text) VALUES (?, ?, ?, ?, ?)",
            self.KIND,
            number,
            title,
            html,
            text,
        )

    def all(self) -> list[StoredFragment]:
        """Every fragment, in the order of their numbers."""
        rows = self.store.all(
            "SELECT number, title, html, text FROM fragments WHERE kind = ? AND NOT deleted ORDER BY number",
            self.KIND,
        )
        return [StoredFragment(*row) for row in rows]

    def get(self, fragment_id: str) -> StoredFragment | None:
        """A fragment by its id, or None if there is none."""
        return next((each for each in self.all() if str(each.number) == fragment_id), None)

    def add(self, title: str, html: str, text: str) -> int:
        """Add a fragment; gives its number, the next after all that there have been."""
        last = self._last()
        number = 0 if last is None else last + 1
        self._insert(number, title, html, text)
        return number

    def change(self, number: int, title: str | None, html: str | None, text: str | None) -> None:
        """Change what is given."""
        self.store.run(
            "UPDATE fragments SET title = ifnull(?, title), html = ifnull(?, html), text = ifnull(?, text)"
            " WHERE kind = ? AND number = ?",
            title,
            html,
            text,
            self.KIND,
            number,
        )

    def remove(self, number: int) -> None:
        """Delete a fragment."""
        self.store.run("UPDATE fragments SET deleted = 1 WHERE kind = ? AND number = ?", self.KIND, number)


class HeaderRepository(FragmentRepository):
    """All headers of the account."""

    KIND: ClassVar[str] = "header"
    EXAMPLES = HEADERS


class FooterRepository(FragmentRepository):
    """All footers of the account."""

    KIND: ClassVar[str] = "footer"
    EXAMPLES = FOOTERS
