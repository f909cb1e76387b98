"""Handlers of ``images.*``: images in the account's media library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import UNPUBLISHED, Reply, refusal, success
from asyncsdk.emulator.processing.file_types import IMAGE_TYPES, dimensions, ending_of, file_name
from asyncsdk.emulator.state.folders import in_folders
from asyncsdk.emulator.state.media_library import ImageRepository, StoredFile, Uploaded, address_of
from asyncsdk.files.upload import File

__all__ = ["Images"]


class Images(Handler, api.Images):
    """Carries out ``images.*``."""

    @property
    def _images(self) -> ImageRepository:
        return self.platform.repository(ImageRepository)

    async def all(self, *, folder_names: Sequence[str] | None = None) -> Reply:
        """List images by folder."""
        return in_folders(
            "name",
            (
                (image.folder, self._entry(image))
                for image in self._images.all()
                if not folder_names or image.folder in folder_names
            ),
        )

    def _entry(self, image: StoredFile) -> dict[str, Any]:
        """An image as the listing has it, where all numbers but the size are text."""
        url = self._url(image)
        return {
            "creation_time": str(image.created),
            "size": image.size,
            "thumb": url,
            "name": image.name,
            "width": str(image.width),
            "id": image.id,
            "last_modified": str(image.modified),
            "url": url,
            "height": str(image.height),
        }

    def _url(self, image: StoredFile) -> str:
        return f"http://{address_of(self.platform.settings.account_id, image)}image.{image.ending}"

    async def get(self, image_id: str) -> Reply:
        """Tell of an image; the refusal is taken from the deletion of one."""
        image = self._images.get(image_id)
        if image is None:
            raise refusal(10054, "The id is invalid", status=404)
        url = self._url(image)
        return {
            "id": image.id,
            "image_url": url,
            "thumb_url": url,
            "size": image.size,
            "last_modified": image.modified,
            "creation_time": image.created,
            "display_name": image.name,
            "folder_name": image.folder,
            "version": image.version,
        }

    async def add(self, *, file: File, name: str | None = None, folder: str | None = None) -> Reply:
        """Take an image; that its file's name is its name unless it is given another is a guess."""
        uploaded = self._uploaded(file)
        return _done(self._images.add(name or file_name(self.received), folder, uploaded))

    async def replace(
        self, image_id: str, *, file: File, folder: str | None = None, ignore_folder: bool | None = None
    ) -> Reply:
        """Take another file for an image, or a new image where it is in another folder than the named one."""
        image = self._images.get(image_id)
        if image is None:
            raise refusal(UNPUBLISHED, "The id is invalid")
        uploaded = self._uploaded(file)
        if folder and not ignore_folder and folder != image.folder:
            return _done(self._images.add(file_name(self.received), folder, uploaded))
        self._images.replace(image, uploaded)
        return _done(image_id)

    async def delete(self, image_id: str) -> Reply:
        """Delete an image."""
        if self._images.get(image_id) is None:
            raise refusal(10054, "The id is invalid", status=404)
        self._images.remove(image_id)
        return success("File deleted")

    def _uploaded(self, file: File) -> Uploaded:
        ending = ending_of(file_name(self.received), IMAGE_TYPES)
        path = self.spooled(file)
        return Uploaded(ending, path.stat().st_size, *dimensions(path))


def _done(image_id: str) -> Reply:
    return success("The file has been uploaded", id=image_id)
