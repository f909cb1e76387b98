"""The logos of the account."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from asyncsdk.emulator.state.account_state import Book

__all__ = ["LogoRepository", "LogoTexts", "StoredLogo"]


@frozen
class LogoTexts:
    """What a call says of a logo; None where it says nothing."""

    title: str | None
    alt_text: str | None
    tooltip: str | None
    target_url: str | None


@frozen
class StoredLogo:
    """One logo as it is now."""

    number: int
    title: str
    alt_text: str
    tooltip: str
    target_url: str
    ending: str
    """The ending of the uploaded file's name; empty for a picture elsewhere on the web."""

    link: str
    """The address of a picture elsewhere on the web; empty for an uploaded file."""

    @property
    def id(self) -> str:
        """Such as ``i-1``."""
        return f"i-{self.number}"


class LogoRepository(Book):
    """All logos of the account."""

    SCHEMA: ClassVar[str] = """
CREATE TABLE IF NOT EXISTS logos (
    number INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, alt_text TEXT NOT NULL,
    tooltip TEXT NOT NULL, target_url TEXT NOT NULL, ending TEXT NOT NULL, link TEXT NOT NULL);
"""

    def all(self) -> list[StoredLogo]:
        """Every logo, in the order of their numbers."""
        return self._find(None)

    def get(self, logo_id: str) -> StoredLogo | None:
        """A logo by its id, or None if there is none."""
        return next(iter(self._find(logo_id)), None)

    def _find(self, logo_id: str | None) -> list[StoredLogo]:
        rows = self.store.all(
            "SELECT number, title, alt_text, tooltip, target_url, ending, link FROM logos"
            " WHERE 'i-' || number = ifnull(?, 'i-' || number) ORDER BY number",
            logo_id,
        )
        return [StoredLogo(*row) for row in rows]

    def add(self, texts: LogoTexts, ending: str, link: str) -> str:
        """Add a logo; gives its id."""
        self.store.run(
            "INSERT INTO logos (title, alt_text, tooltip, target_url, ending, link) VALUES (?, ?, ?, ?, ?, ?)",
            texts.title or "",
            texts.alt_text or "",
            texts.tooltip or "",
            texts.target_url or "",
            ending,
            link,
        )
        return self.all()[-1].id

    def change(self, logo: StoredLogo, texts: LogoTexts, picture: tuple[str, str] | None) -> None:
        """Change what is said; ``picture`` is the new ending and link, if there is a new picture."""
        ending, link = picture or (None, None)
        self.store.run(
            "UPDATE logos SET title = ifnull(?, title), alt_text = ifnull(?, alt_text),"
            " tooltip = ifnull(?, tooltip), target_url = ifnull(?, target_url),"
            " ending = ifnull(?, ending), link = ifnull(?, link) WHERE number = ?",
            texts.title,
            texts.alt_text,
            texts.tooltip,
            texts.target_url,
            ending,
            link,
            logo.number,
        )

    def remove(self, logo: StoredLogo) -> None:
        """Delete a logo; its number is not given again."""
        self.store.run("DELETE FROM logos WHERE number = ?", logo.number)
