"""Handlers of ``seo.*``: search-engine keywords and reports."""

from __future__ import annotations

from asyncsdk import api
from asyncsdk.emulator.examples.reports import KEYWORDS
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import Reply

__all__ = ["Seo"]


class Seo(Handler, api.Seo):
    """Carries out ``seo.*``; all shapes are guesses, and say so."""

    async def keywords(self, *, url: str | None = None) -> Reply:
        """List the example keywords, or those of one site."""
        found = [dict(each) for each in KEYWORDS if url is None or each["url"].startswith(url)]
        return {"shape": "guessed", "keywords": found}

    async def report(self, *, keyword: str | None = None, url: str | None = None) -> Reply:
        """Report on a site, without looking at it."""
        return {"shape": "guessed", "keyword": keyword, "url": url, "findings": []}
