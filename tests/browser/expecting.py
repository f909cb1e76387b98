"""Playwright's assertions, which wait until they hold.

They are imported with their first use, so that a run without Playwright can still collect these tests, and leave
them out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.async_api import Locator, LocatorAssertions

__all__ = ["PATIENCE", "expect"]

PATIENCE: Final = 30.0
"""Seconds that a page may take for one step: a busy machine is no failure. Nothing waits longer than it must."""


def expect(locator: Locator) -> LocatorAssertions:
    """Assertions about what a page shows, such as ``to_have_text``; each waits until it holds."""
    from playwright.async_api import expect as of_playwright

    of_playwright.set_options(timeout=PATIENCE * 1000)
    return of_playwright(locator)
