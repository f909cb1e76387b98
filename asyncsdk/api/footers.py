"""Routes of ``footers``: footers of messages. Source: Act-On developer documentation, Content API."""

from __future__ import annotations

from asyncsdk import models
from asyncsdk.http.messages import Effect
from asyncsdk.pagination.paged_list import Pages
from asyncsdk.routing import decorators as route
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Footers"]


class Footers(Resource):
    """Footers of messages."""

    @route.get("/api/1/footer", shape=Shape.GUESSED)
    def all(self) -> Pages[models.Fragment]:
        """List the account's footers; the shape of the answer is not published.

        Every account has footer ``0`` from its start, whose standard parts are there to be used in others.
        """

    @route.get("/api/1/footer/{footer_id}", shape=Shape.GUESSED)
    async def get(self, footer_id: str) -> models.Fragment:
        """Read a footer; the shape of the answer is not published.

        Args:
            footer_id: the footer, such as ``0``, which every account has from its start.
        """

    @route.post("/api/1/footer", effect=Effect.UNSAFE, shape=Shape.GUESSED)
    async def add(self, *, title: str, html: str | None = None, text: str | None = None) -> models.Outcome:
        """Add a footer, which the server gives the next number; the shape of the answer is not published.

        Args:
            title: the name that people see.
            html: what it puts into messages of HTML.
            text: what it puts into messages of plain text.
        """

    @route.put("/api/1/footer/{footer_id}", effect=Effect.IDEMPOTENT, shape=Shape.GUESSED)
    async def update(
        self, footer_id: str, *, title: str | None = None, html: str | None = None, text: str | None = None
    ) -> models.Outcome:
        """Change what is given of a footer; the shape of the answer is not published.

        Args:
            footer_id: the footer, such as ``0``, which every account has from its start.
            title: the name that people see.
            html: what it puts into messages of HTML.
            text: what it puts into messages of plain text.
        """

    @route.delete("/api/1/footer/{footer_id}", effect=Effect.IDEMPOTENT, shape=Shape.GUESSED)
    async def delete(self, footer_id: str) -> models.Outcome:
        """Delete a footer; the shape of the answer is not published.

        Args:
            footer_id: the footer, such as ``0``, which every account has from its start.
        """
