"""Routes of ``headers``: headers of messages. Source: Act-On developer documentation, Content API."""

from __future__ import annotations

from asyncsdk import models
from asyncsdk.http.messages import Effect
from asyncsdk.pagination.paged_list import Pages
from asyncsdk.routing import decorators as route
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Headers"]


class Headers(Resource):
    """Headers of messages."""

    @route.get("/api/1/header", shape=Shape.GUESSED)
    def all(self) -> Pages[models.Fragment]:
        """List the account's headers; the shape of the answer is not published."""

    @route.get("/api/1/header/{header_id}", shape=Shape.GUESSED)
    async def get(self, header_id: str) -> models.Fragment:
        """Read a header; the shape of the answer is not published.

        Args:
            header_id: the header, such as ``1``.
        """

    @route.post("/api/1/header", effect=Effect.UNSAFE, shape=Shape.GUESSED)
    async def add(self, *, title: str, html: str | None = None, text: str | None = None) -> models.Outcome:
        """Add a header; the shape of the answer is not published.

        Args:
            title: the name that people see.
            html: what it puts into messages of HTML.
            text: what it puts into messages of plain text.
        """

    @route.put("/api/1/header/{header_id}", effect=Effect.IDEMPOTENT, shape=Shape.GUESSED)
    async def update(
        self, header_id: str, *, title: str | None = None, html: str | None = None, text: str | None = None
    ) -> models.Outcome:
        """Change what is given of a header; the shape of the answer is not published.

        Args:
            header_id: the header, such as ``1``.
            title: the name that people see.
            html: what it puts into messages of HTML.
            text: what it puts into messages of plain text.
        """

    @route.delete("/api/1/header/{header_id}", effect=Effect.IDEMPOTENT, shape=Shape.GUESSED)
    async def delete(self, header_id: str) -> models.Outcome:
        """Delete a header; the shape of the answer is not published.

        Args:
            header_id: the header, such as ``1``.
        """
