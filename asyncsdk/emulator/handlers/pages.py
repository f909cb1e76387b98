"""Handlers of ``pages.*``: landing pages."""

from __future__ import annotations

from typing import Any

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.http.responses import Reply, refusal, success
from asyncsdk.emulator.state.folders import in_folders
from asyncsdk.emulator.state.forms_and_pages import PageRepository, StoredSite

__all__ = ["LandingPages"]


class LandingPages(Handler, api.LandingPages):
    """Carries out ``pages.*``; only the listing's answer is published, and the refusal is the page report's."""

    @property
    def _pages(self) -> PageRepository:
        return self.platform.repository(PageRepository)

    async def all(self) -> Reply:
        """List pages by folder; their times are text."""
        return in_folders("folder", ((page.folder, self._entry(page)) for page in self._pages.all()))

    def _entry(self, page: StoredSite) -> dict[str, Any]:
        return {
            "creation_time": str(page.created),
            "modified": str(page.modified),
            "id": page.id,
            "title": page.title,
            "url": self._url(page),
        }

    def _url(self, page: StoredSite) -> str:
        account = self.platform.settings.account_id
        return f"https://a{account}.actonservice.com/acton/fs/blocks/showLandingPage/a/{account}/p/{page.id}/t/page/fm/0"

    async def get(self, page_id: str) -> Reply:
        """Tell of a page, as the listing does."""
        return self._entry(self._known(page_id))

    async def delete(self, page_id: str) -> Reply:
        """Delete a page."""
        self._pages.remove(self._known(page_id).id)
        return success("Page deleted")

    async def urls(self, page_id: str) -> Reply:
        """Tell a page's addresses."""
        return [{"name": "Default", "url": self._url(self._known(page_id))}]

    def _known(self, page_id: str) -> StoredSite:
        page = self._pages.get(page_id)
        if page is None:
            raise refusal(10013, "Invalid Page id")
        return page
