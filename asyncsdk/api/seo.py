"""Routes of ``seo``: search-engine keywords and reports. Source: Act-On's published OpenAPI, SEO API."""

from __future__ import annotations

from asyncsdk.http.messages import Json
from asyncsdk.routing import decorators as route
from asyncsdk.routing.resource import Resource
from asyncsdk.routing.route import Shape

__all__ = ["Seo"]


class Seo(Resource):
    """How well sites do in search engines."""

    @route.get("/api/1/seokeywords", shape=Shape.GUESSED)
    async def keywords(self, *, url: str | None = None) -> Json:
        """List the keywords that the account watches; the shape of the answer is not published.

        Args:
            url: only the keywords of this site, not percent-encoded.
        """

    @route.get("/api/1/seoreport", shape=Shape.GUESSED)
    async def report(self, *, keyword: str | None = None, url: str | None = None) -> Json:
        """Run a new report on a site; the shape of the answer is not published.

        Args:
            keyword: the keyword to judge the site by; the documentation marks neither parameter as required.
            url: the site, not percent-encoded.
        """
