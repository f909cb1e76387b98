"""Routes of ``forms``: forms, which web visitors fill in. Source: Act-On developer documentation, Content API."""

from __future__ import annotations

from asyncsdk import models
from asyncsdk.http.messages import Json
from asyncsdk.routing import decorators as route
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Forms"]


class Forms(Resource):
    """Forms, which visitors of web pages fill in."""

    @route.get("/api/1/form", shape=Shape.CAPTURED)
    async def all(self) -> list[models.Folder[models.FormEntry]]:
        """List the account's forms by folder.

        Each form shows up twice: in its own folder, and again in a last folder ``All Forms``, which the server
        makes up.
        """

    @route.get("/api/1/form/{form_id}/urls", shape=Shape.GUESSED)
    async def urls(self, form_id: str) -> Json:
        """Read the promotional URLs of a classic form; the shape of the answer is not published.

        Args:
            form_id: the form, such as ``6a4a21fb-0aff-4f0e-b57a-97f62ebcb9cd``.
        """
