"""Repository of logos."""

from __future__ import annotations

from typing import ClassVar

from attrs import asdict, frozen

from asyncsdk.emulator.state.repository import TableRepository, given

__all__ = ["LogoRepository", "LogoTexts", "StoredLogo"]


@frozen
class LogoTexts:
    """Texts of a logo in a call; None where the call has none."""

    title: str | None
    alt_text: str | None
    tooltip: str | None
    target_url: str | None


@frozen
class StoredLogo:
    """One logo."""

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


class LogoRepository(TableRepository[StoredLogo]):
    """All logos of the account."""

    SCHEMA: ClassVar[str] = """
CREATE TABLE IF NOT EXISTS logos (
    number INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, alt_text TEXT NOT NULL,
    tooltip TEXT NOT NULL, target_url TEXT NOT NULL, ending TEXT NOT NULL, link TEXT NOT NULL);
"""
    TABLE: ClassVar[str] = "logos"
    COLUMNS: ClassVar[tuple[str, ...]] = ("number", "title", "alt_text", "tooltip", "target_url", "ending", "link")
    item = StoredLogo
    ID: ClassVar[str] = "'i-' || number"

    def add(self, texts: LogoTexts, ending: str, link: str) -> str:
        """Add a logo; gives its id."""
        said = {name: text or "" for name, text in asdict(texts).items()}
        return f"i-{self.insert({**said, 'ending': ending, 'link': link})}"

    def change(self, logo: StoredLogo, texts: LogoTexts, picture: tuple[str, str] | None) -> None:
        """Change the texts that are given; ``picture`` is the new ending and link, if there is a new picture."""
        ending, link = picture or (None, None)
        self.update(logo.number, given({**asdict(texts), "ending": ending, "link": link}))
