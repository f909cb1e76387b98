"""Handlers of ``media.*``: media files and links."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import UNPUBLISHED, Reply, refusal, success
from asyncsdk.emulator.processing.file_types import MEDIA_TYPES, ending_of, file_name
from asyncsdk.emulator.state.folders import in_folders
from asyncsdk.emulator.state.media_library import MediaRepository, StoredFile, Uploaded, address_of
from asyncsdk.files.upload import File

__all__ = ["Media"]


class Media(Handler, api.Media):
    """Carries out ``media.*``."""

    @property
    def _media(self) -> MediaRepository:
        return self.platform.repository(MediaRepository)

    async def all(self) -> Reply:
        """List files and links by folder."""
        return in_folders("name", ((media.folder, self._entry(media)) for media in self._media.all()))

    def _entry(self, media: StoredFile) -> dict[str, Any]:
        """A file or link as the listing has it, where the size and one of the times are text."""
        what = {"target_url": media.target_url} if media.is_link else {"size": str(media.size)}
        return {
            "creation_time": media.created,
            **what,
            "name": media.name,
            "id": media.id,
            "last_modified": str(media.modified),
            "url": f"{self._url(media)}file.{media.ending}",
        }

    def _url(self, media: StoredFile) -> str:
        return f"https://{address_of(self.platform.settings.account_id, media)}"

    async def get(self, media_id: str) -> Reply:
        """Tell of a file or link; of a file it is a guess, and so is the refusal."""
        media = self._known(media_id)
        url = self._url(media)
        what = {"target_url": media.target_url} if media.is_link else {"size": media.size}
        return {
            "id": media.id,
            "name": media.name,
            "url": url if media.is_link else f"{url}file.{media.ending}",
            **what,
            "creation_time": media.created,
            "last_modified": media.modified,
        }

    async def add(self, *, file: File, name: str | None = None, folder: str | None = None) -> Reply:
        """Take a file; the refusal of a name with slashes is a guess."""
        if name and "/" in name:
            raise refusal(UNPUBLISHED, "Invalid parameter - name")
        uploaded = self._uploaded(file, status=403)
        return _done(self._media.add(name or file_name(self.received), folder, uploaded))

    async def add_link(self, *, url: str, name: str | None = None, folder: str | None = None) -> Reply:
        """Take a link; that its address is its name unless it is given another is a guess."""
        if not _is_web_address(url):
            raise refusal(90004, "Empty or improperly formatted URL given")
        return success("URL saved", id=self._media.add_link(name or url, folder, url))

    async def replace(self, media_id: str, *, file: File) -> Reply:
        """Take another file; the refusal of an unknown id, or of a link's, is a guess."""
        media = self._media.get(media_id)
        if media is None or media.is_link:
            raise refusal(UNPUBLISHED, "The id is invalid")
        self._media.replace(media, self._uploaded(file, status=400))
        return _done(media_id)

    async def delete(self, media_id: str) -> Reply:
        """Delete a file or link."""
        self._media.remove(self._known(media_id).id)
        return success("File deleted")

    def _known(self, media_id: str) -> StoredFile:
        media = self._media.get(media_id)
        if media is None:
            raise refusal(10054, "The id is invalid", status=404)
        return media

    def _uploaded(self, file: File, *, status: int) -> Uploaded:
        """Properties of the uploaded file; the HTTP status for a wrong type is not the same everywhere."""
        ending = ending_of(file_name(self.received), MEDIA_TYPES, status=status)
        return Uploaded(ending, self.spooled(file).stat().st_size)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _done(media_id: str) -> Reply:
    return success("The file has been uploaded", id=media_id)
