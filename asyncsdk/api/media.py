"""Routes of ``media``: media files and links. Source: Act-On developer documentation, Content API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from asyncsdk import models
from asyncsdk.errors import InvalidArgument
from asyncsdk.files.upload import File
from asyncsdk.http.messages import Effect
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import NEEDS_FILE_NAME, Location, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Media"]


def _no_slash_in_name(arguments: Mapping[str, Any]) -> None:
    name = arguments["name"]
    if isinstance(name, str) and "/" in name:
        raise InvalidArgument(f"name must not contain slashes; it is {name!r}.")


class Media(Resource):
    """Media files and links."""

    @route.get("/api/1/media", shape=Shape.CAPTURED)
    async def all(self) -> list[models.Folder[models.MediaEntry]]:
        """List the account's media files and links by folder."""

    @route.get("/api/1/media/{media_id}", shape=Shape.CAPTURED)
    async def get(self, media_id: str) -> models.Media:
        """Read the address of a media file or link.

        Args:
            media_id: the file, such as ``f-0834c389-f245-4abe-ae05-423b51901d26``, or the link, ``u-…``.
        """

    @route.post(
        "/api/1/media",
        effect=Effect.UNSAFE,
        shape=Shape.DOCUMENTED,
        body=Location.MULTIPART,
        check=_no_slash_in_name,
    )
    async def add(
        self,
        *,
        file: Annotated[File, NEEDS_FILE_NAME],
        name: str | None = None,
        folder: Annotated[str | None, WireName("foldername")] = None,
    ) -> models.Outcome:
        """Upload a media file; the answer tells its id.

        Documented types: zip, doc, docx, xls, xlsx, ppt, pptx, pps, ppsx, txt, vcs, ics, dwg and rfa; the
        documentation's own example uploads a pdf.

        Args:
            file: the file; its name's ending tells its type.
            name: the name that people see, without slashes.
            folder: the folder to put it in.
        """

    @route.post("/api/1/medialink", effect=Effect.UNSAFE, shape=Shape.DOCUMENTED)
    async def add_link(
        self,
        *,
        url: str,
        name: str | None = None,
        folder: Annotated[str | None, WireName("foldername")] = None,
    ) -> models.Outcome:
        """Add a trackable link; the answer tells its id, which the other methods take as they take a file's.

        Args:
            url: where the link leads.
            name: the name that people see.
            folder: the folder to put it in.
        """

    @route.put("/api/1/media/{media_id}", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED, body=Location.MULTIPART)
    async def replace(self, media_id: str, *, file: Annotated[File, NEEDS_FILE_NAME]) -> models.Outcome:
        """Replace a media file.

        Args:
            media_id: the file, such as ``f-0834c389-f245-4abe-ae05-423b51901d26``.
            file: the new file; its name's ending tells its type.
        """

    @route.delete("/api/1/media/{media_id}", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED)
    async def delete(self, media_id: str) -> models.Outcome:
        """Delete a media file or link.

        Args:
            media_id: the file, such as ``f-0834c389-f245-4abe-ae05-423b51901d26``, or the link, ``u-…``.
        """
