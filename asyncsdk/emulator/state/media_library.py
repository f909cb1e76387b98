"""Repository of the media library: images, media files and media links. The bytes of files are not kept."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import uuid4

from attrs import asdict, frozen

from asyncsdk.emulator.state.folders import DEFAULT_FOLDER
from asyncsdk.emulator.state.repository import TableRepository

__all__ = ["ImageRepository", "LibraryRepository", "MediaRepository", "StoredFile", "Uploaded", "address_of"]

CLUSTER: Final = "forpci4"
"""The part of the platform that the documentation's example account lives on."""


@frozen
class Uploaded:
    """Properties of an uploaded file; width and height are an image's."""

    ending: str
    size: int
    width: int | None = None
    height: int | None = None


@frozen
class StoredFile:
    """One file or link."""

    id: str
    name: str
    folder: str
    ending: str
    size: int
    width: int | None
    height: int | None
    target_url: str | None
    """The target of a link; None for a file."""

    version: int
    created: int
    modified: int

    @property
    def is_link(self) -> bool:
        """Whether it is a link, and not a file."""
        return self.target_url is not None


class LibraryRepository(TableRepository[StoredFile]):
    """The files and links of one kind, the oldest first."""

    SCHEMA: ClassVar[str] = """
CREATE TABLE IF NOT EXISTS library (
    number INTEGER PRIMARY KEY, shelf TEXT NOT NULL, id TEXT UNIQUE NOT NULL, name TEXT NOT NULL,
    folder TEXT NOT NULL, ending TEXT NOT NULL, size INTEGER NOT NULL, width INTEGER, height INTEGER,
    target_url TEXT, version INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, modified INTEGER NOT NULL);
"""
    TABLE: ClassVar[str] = "library"
    COLUMNS: ClassVar[tuple[str, ...]] = (
        *("id", "name", "folder", "ending", "size", "width", "height"),
        *("target_url", "version", "created", "modified"),
    )
    item = StoredFile
    KEY: ClassVar[str] = "id"
    ID: ClassVar[str] = "id"

    def add(self, name: str, folder: str | None, file: Uploaded) -> str:
        """Add a file; gives its id."""
        return self._add(f"f-{uuid4()}", name, folder, file, None)

    def _add(self, file_id: str, name: str, folder: str | None, file: Uploaded, target: str | None) -> str:
        now = self.platform.clock.milliseconds()
        named = {"id": file_id, "name": name, "folder": folder or DEFAULT_FOLDER, "target_url": target}
        self.insert({**named, **asdict(file), "created": now, "modified": now})
        return file_id

    def replace(self, known: StoredFile, file: Uploaded) -> None:
        """Put another file in a file's place; its name stays."""
        now = self.platform.clock.milliseconds()
        self.update(known.id, {**asdict(file), "modified": now, "version": known.version + 1})


class ImageRepository(LibraryRepository):
    """All images of the account."""

    KIND: ClassVar[tuple[str, str] | None] = ("shelf", "images")


class MediaRepository(LibraryRepository):
    """All media files and links of the account."""

    KIND: ClassVar[tuple[str, str] | None] = ("shelf", "media")

    def add_link(self, name: str, folder: str | None, target_url: str) -> str:
        """Add a link; gives its id."""
        return self._add(f"u-{uuid4()}", name, folder, Uploaded("bin", 0), target_url)


def address_of(account_id: int, stored: StoredFile) -> str:
    """The address that Act-On would give it, up to the file's name; nothing is served there."""
    return (
        f"a{account_id}.actonservice.com/cdnr/{CLUSTER}/acton/attachment"
        f"/{account_id}/{stored.id}/{stored.version + 1}/-/-/-/-/"
    )
