"""Routes of ``images``: images in the account's library. Source: Act-On developer documentation, Content API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from asyncsdk import models
from asyncsdk.files.upload import File
from asyncsdk.http.messages import Effect
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import NEEDS_FILE_NAME, Joined, Location, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Images"]


def _effect_of_replacing(arguments: Mapping[str, Any]) -> Effect:
    """Where the image is not in the folder that is named, each call makes a new one."""
    return Effect.IDEMPOTENT if arguments["folder"] is None or arguments["ignore_folder"] else Effect.UNSAFE


class Images(Resource):
    """Images in the account's library."""

    @route.get("/api/1/image", shape=Shape.CAPTURED)
    async def all(
        self,
        *,
        folder_names: Annotated[Sequence[str] | None, WireName("foldernames"), Joined(";")] = None,
    ) -> list[models.Folder[models.ImageEntry]]:
        """List the account's images by folder.

        Args:
            folder_names: only these folders; not in the newer documentation, but in the older one and in use.
        """

    @route.get("/api/1/image/{image_id}", shape=Shape.CAPTURED)
    async def get(self, image_id: str) -> models.Image:
        """Read an image's address, size and folder.

        Args:
            image_id: the image, such as ``f-745b73d6-234d-4082-90ed-f0071c51fa36``.
        """

    @route.post("/api/1/image", effect=Effect.UNSAFE, shape=Shape.DOCUMENTED, body=Location.MULTIPART)
    async def add(
        self,
        *,
        file: Annotated[File, NEEDS_FILE_NAME],
        name: str | None = None,
        folder: Annotated[str | None, WireName("foldername")] = None,
    ) -> models.Outcome:
        """Upload an image; the answer tells its id.

        Args:
            file: the image; its name's ending tells its type.
            name: the name that people see.
            folder: the folder to put it in.
        """

    @route.put(
        "/api/1/image/{image_id}",
        effect=Effect.IDEMPOTENT,
        effect_by=_effect_of_replacing,
        shape=Shape.DOCUMENTED,
        body=Location.MULTIPART,
    )
    async def replace(
        self,
        image_id: str,
        *,
        file: Annotated[File, NEEDS_FILE_NAME],
        folder: Annotated[str | None, WireName("foldername")] = None,
        ignore_folder: Annotated[bool | None, WireName("ignorefolder")] = None,
    ) -> models.Outcome:
        """Replace an image; the answer tells its id, which is new where another folder was named.

        Args:
            image_id: the image, such as ``f-745b73d6-234d-4082-90ed-f0071c51fa36``.
            file: the new image; its name's ending tells its type.
            folder: the image's folder; if it is not in there, the file is added to that folder as a new image.
            ignore_folder: whether ``folder`` is not to be looked at.
        """

    @route.delete("/api/1/image/{image_id}", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED)
    async def delete(self, image_id: str) -> models.Outcome:
        """Delete an image.

        Args:
            image_id: the image, such as ``f-745b73d6-234d-4082-90ed-f0071c51fa36``.
        """
