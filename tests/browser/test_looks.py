"""Looks: every view can be read, light and dark, wide and at 390 pixels, with data and without."""

from __future__ import annotations

from typing import Literal

import pytest

from asyncsdk.emulator import Emulator
from tests.browser.axe import violations
from tests.browser.console_page import ConsolePage
from tests.browser.filled_account import EMPTY_VIEWS, fill

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDEST = """() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth"""
"""JavaScript: the pixels by which the page is wider than its window."""


@pytest.mark.parametrize("filled", [True, False], ids=["filled", "empty"])
@pytest.mark.parametrize(
    ("scheme", "width", "rules"), [("light", 1280, ()), ("dark", 390, ("color-contrast", "target-size"))]
)
async def test_every_view_can_be_read(
    console: ConsolePage,
    server: Emulator,
    filled: bool,
    scheme: Literal["light", "dark"],
    width: int,
    rules: tuple[str, ...],
) -> None:
    """axe-core finds nothing, and no view is wider than its window; what the looks differ in is checked in both."""
    views = await fill(server, "long_name_without_a_space@example.com") if filled else EMPTY_VIEWS
    await console.page.emulate_media(color_scheme=scheme)
    await console.page.set_viewport_size({"width": width, "height": 844})
    await console.open()
    for view, words in views.items():
        await console.show(view, words)
        assert (view, await violations(console.page, *rules)) == (view, [])
        assert (view, await console.page.evaluate(WIDEST)) == (view, 0)
