"""Routes of ``pages``: landing pages. Source: Act-On developer documentation, Content API."""

from __future__ import annotations

from asyncsdk import models
from asyncsdk.http.messages import Effect, Json
from asyncsdk.routing import decorators as route
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["LandingPages"]


class LandingPages(Resource):
    """Landing pages: web pages that Act-On keeps."""

    @route.get("/api/1/page", shape=Shape.CAPTURED)
    async def all(self) -> list[models.Folder[models.PageEntry]]:
        """List the account's landing pages by folder."""

    @route.get("/api/1/page/{page_id}", shape=Shape.GUESSED)
    async def get(self, page_id: str) -> Json:
        """Read a landing page; the shape of the answer is not published.

        Args:
            page_id: the page, such as ``p-0001``.
        """

    @route.delete("/api/1/page/{page_id}", effect=Effect.IDEMPOTENT, shape=Shape.GUESSED)
    async def delete(self, page_id: str) -> models.Outcome:
        """Delete a landing page; the shape of the answer is not published.

        Args:
            page_id: the page, such as ``p-0001``.
        """

    @route.get("/api/1/page/{page_id}/urls", shape=Shape.GUESSED)
    async def urls(self, page_id: str) -> Json:
        """Read the promotional URLs of a landing page; the shape of the answer is not published.

        Args:
            page_id: the page, such as ``p-0001``.
        """
