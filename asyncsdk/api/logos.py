"""Routes of ``logos``: logos, which messages show. Source: Act-On developer documentation, Content API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from asyncsdk import models
from asyncsdk.errors import InvalidArgument
from asyncsdk.files.upload import File
from asyncsdk.http.messages import Effect
from asyncsdk.pagination.paged_list import Pages
from asyncsdk.routing import decorators as route
from asyncsdk.routing.markers import NEEDS_FILE_NAME, Location, WireName
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Logos"]


def _one_picture_at_most(arguments: Mapping[str, Any]) -> None:
    if arguments["file"] is not None and arguments["image_link"] is not None:
        raise InvalidArgument("A logo's picture is either a file or an image_link, not both.")


def _one_picture(arguments: Mapping[str, Any]) -> None:
    _one_picture_at_most(arguments)
    if arguments["file"] is None and arguments["image_link"] is None:
        raise InvalidArgument("A logo needs a picture: give a file, or an image_link that leads to one.")


class Logos(Resource):
    """Logos, which messages show."""

    @route.get("/api/1/logo", shape=Shape.CAPTURED)
    def all(self) -> Pages[models.Logo]:
        """List the account's logos; the server gives all at once."""

    @route.get("/api/1/logo/{logo_id}", shape=Shape.CAPTURED)
    async def get(self, logo_id: str) -> models.Logo:
        """Read a logo's addresses and texts.

        Args:
            logo_id: the logo, such as ``i-4``.
        """

    @route.post("/api/1/logo", effect=Effect.UNSAFE, shape=Shape.DOCUMENTED, check=_one_picture)
    async def add(
        self,
        *,
        name: str,
        file: Annotated[File | None, Location.MULTIPART, NEEDS_FILE_NAME] = None,
        image_link: Annotated[str | None, WireName("imagelink")] = None,
        alt_text: Annotated[str | None, WireName("alttext")] = None,
        tooltip: str | None = None,
        target_url: Annotated[str | None, WireName("targeturl")] = None,
    ) -> models.Outcome:
        """Add a logo from a file or from a picture on the web; the answer tells its id.

        Args:
            name: the name that people see.
            file: the picture; its name's ending tells its type.
            image_link: the address of the picture, instead of a file.
            alt_text: what is shown where the picture is not.
            tooltip: what is shown when the mouse rests on it.
            target_url: where a click leads.
        """

    @route.put(
        "/api/1/logo/{logo_id}", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED, check=_one_picture_at_most
    )
    async def update(
        self,
        logo_id: str,
        *,
        name: str | None = None,
        file: Annotated[File | None, Location.MULTIPART, NEEDS_FILE_NAME] = None,
        image_link: Annotated[str | None, WireName("imagelink")] = None,
        alt_text: Annotated[str | None, WireName("alttext")] = None,
        tooltip: str | None = None,
        target_url: Annotated[str | None, WireName("targeturl")] = None,
    ) -> models.Outcome:
        """Change what is given of a logo.

        Args:
            logo_id: the logo, such as ``i-4``.
            name: the name that people see.
            file: another picture; not in the documentation, but Act-On's Java examples send one.
            image_link: the address of another picture, instead of a file; from the Java examples, too.
            alt_text: what is shown where the picture is not.
            tooltip: what is shown when the mouse rests on it.
            target_url: where a click leads.
        """

    @route.delete("/api/1/logo/{logo_id}", effect=Effect.IDEMPOTENT, shape=Shape.DOCUMENTED)
    async def delete(self, logo_id: str) -> models.Outcome:
        """Delete a logo.

        Args:
            logo_id: the logo, such as ``i-4``.
        """
