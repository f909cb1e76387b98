"""Page of the console, as a user sees it: found by roles and labels, not by how it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.watch import Watch

if TYPE_CHECKING:
    from playwright.async_api import Page

__all__ = ["ConsolePage"]


class ConsolePage:
    """The console in a tab.

    Args:
        page: the tab.
        url: the emulator's URL.
        watch: collects what goes wrong in the tab.
    """

    def __init__(self, page: Page, url: str, watch: Watch) -> None:
        self.page = page
        self.watch = watch
        self._url = url

    async def open(self, view: str = "") -> None:
        """Open a view, such as ``#/traffic``."""
        await self.page.goto(f"{self._url}/{view}")
