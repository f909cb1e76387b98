"""Page of the console, as a user sees it: found by roles and names, not by how it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.expecting import expect
from tests.browser.watch import Watch

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

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

    async def open(self, view: str = "#/traffic") -> None:
        """Open a view, and wait until the page is connected."""
        await self.page.goto(f"{self._url}/{view}")
        await expect(self.page.get_by_role("banner").get_by_role("status")).to_have_text("Live")

    async def show(self, view: str, text: str) -> None:
        """Go to a view of the page that is open, and wait until it says a text."""
        await self.page.evaluate("(hash) => { location.hash = hash; }", view)
        await expect(self.page.locator("#view")).to_contain_text(text)

    @property
    def calls(self) -> Locator:
        """The rows of the table of calls, the newest first."""
        return self.page.get_by_role("table", name="Calls, the newest first").locator("tbody tr")

    @property
    def call(self) -> Locator:
        """The call that is open beside them."""
        return self.page.get_by_role("region", name="Call", exact=True)

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    @property
    def notices(self) -> Locator:
        """What the page says that it did."""
        return self.page.locator("#notices")

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def rows(self, table: str) -> Locator:
        """The rows of a table by its name, without its headings."""
        return self.page.get_by_role("table", name=table, exact=True).locator("tbody tr")

    def card(self, heading: str) -> Locator:
        """A group of controls by its heading."""
        return self.page.get_by_role("region", name=heading, exact=True)
