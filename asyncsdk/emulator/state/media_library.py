"""The account's library: images, media files and media links. The bytes of files are not kept."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import uuid4

from attrs import frozen

from asyncsdk.emulator.state.account_state import Book
from asyncsdk.emulator.state.folders import DEFAULT_FOLDER

__all__ = ["ImageRepository", "Library", "MediaRepository", "StoredFile", "Uploaded", "address_of"]

CLUSTER: Final = "forpci4"
"""The part of the platform that the documentation's example account lives on."""


@frozen
class Uploaded:
    """What is known of an uploaded file; width and height are an image's."""

    ending: str
    size: int
    width: int | None = None
    height: int | None = None


@frozen
class StoredFile:
    """One file or link as it is now."""

    id: str
    name: str
    folder: str
    ending: str
    size: int
    width: int | None
    height: int | None
    target_url: str | None
    """Where a link leads; None for a file."""

    version: int
    created: int
    modified: int

    @property
    def is_link(self) -> bool:
        """Whether it is a link, and not a file."""
        return self.target_url is not None


class Library(Book):
    """One shelf of the library."""

    SCHEMA: ClassVar[str] = """
CREATE TABLE IF NOT EXISTS library (
    number INTEGER PRIMARY KEY, shelf TEXT NOT NULL, id TEXT UNIQUE NOT NULL, name TEXT NOT NULL,
    folder TEXT NOT NULL, ending TEXT NOT NULL, size INTEGER NOT NULL, width INTEGER, height INTEGER,
    target_url TEXT, version INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, modified INTEGER NOT NULL);
"""
    SHELF: ClassVar[str]

    def all(self) -> list[StoredFile]:
        """All that is on the shelf, the oldest first."""
        return self._find(None)

    def get(self, file_id: str) -> StoredFile | None:
        """A file or link by its id, or None if there is none."""
        return next(iter(self._find(file_id)), None)

    def _find(self, file_id: str | None) -> list[StoredFile]:
        rows = self.store.all(
            "SELECT id, name, folder, ending, size, width, height, target_url, version, created, modified"
            " FROM library WHERE shelf = ? AND id = ifnull(?, id) ORDER BY number",
            self.SHELF,
            file_id,
        )
        return [StoredFile(*row) for row in rows]

    def add(self, name: str, folder: str | None, file: Uploaded) -> str:
        """Add a file; gives its id."""
        return self._insert(f"f-{uuid4()}", name, folder, file, None)

    def _insert(self, file_id: str, name: str, folder: str | None, file: Uploaded, target: str | None) -> str:
        now = self.platform.clock.milliseconds()
        self.store.run(
            "INSERT INTO library"
            " (shelf, id, name, folder, ending, size, width, height, target_url, created, modified)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self.SHELF,
            file_id,
            name,
            folder or DEFAULT_FOLDER,
            file.ending,
            file.size,
            file.width,
            file.height,
            target,
            now,
            now,
        )
        return file_id

    def replace(self, file_id: str, file: Uploaded) -> None:
        """Put another file in a file's place; its name stays."""
        self.store.run(
            "UPDATE library SET ending = ?, size = ?, width = ?, height = ?, modified = ?, version = version + 1"
            " WHERE id = ?",
            file.ending,
            file.size,
            file.width,
            file.height,
            self.platform.clock.milliseconds(),
            file_id,
        )

    def remove(self, file_id: str) -> None:
        """Delete a file or link."""
        self.store.run("DELETE FROM library WHERE id = ?", file_id)


class ImageRepository(Library):
    """All images of the account."""

    SHELF: ClassVar[str] = "images"


class MediaRepository(Library):
    """All media files and links of the account."""

    SHELF: ClassVar[str] = "media"

    def add_link(self, name: str, folder: str | None, target_url: str) -> str:
        """Add a link; gives its id."""
        return self._insert(f"u-{uuid4()}", name, folder, Uploaded("bin", 0), target_url)


def address_of(account_id: int, stored: StoredFile) -> str:
    """Where Act-On would keep it, up to the file's name; nothing is served there."""
    return (
        f"a{account_id}.actonservice.com/cdnr/{CLUSTER}/acton/attachment"
        f"/{account_id}/{stored.id}/{stored.version + 1}/-/-/-/-/"
    )
