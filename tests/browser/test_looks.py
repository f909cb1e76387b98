"""Looks: every view can be read, light and dark, wide and at 390 pixels, with data and without."""

from __future__ import annotations

from typing import Literal

import pytest

from asyncsdk.emulator import Emulator
from tests.browser.axe import violations
from tests.browser.console_page import ConsolePage
from tests.browser.expecting import expect
from tests.browser.filled_account import EMPTY_VIEWS, fill

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDEST = """() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth"""
"""JavaScript: the pixels by which the page is wider than its window."""

DIALOGS = {
    "#/data/lists": ("Add a list", "Add a list"),
    "#/data/lists/l-0001": ("Edit l-0001:0", "Edit l-0001:0"),
    "#/data/opt-outs": ("Add an opt-out", "Add an opt-out"),
    "#/control": ("Reset", "Reset the emulator?"),
}
"""A view, the button in it that opens a dialog, and the dialog's heading."""


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


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_dialogs_can_be_read(
    console: ConsolePage, server: Emulator, scheme: Literal["light", "dark"], width: int
) -> None:
    """The same of what opens over a view, and of the chart as a table."""
    server.add_list("Leads", ["Email", "City"], [["ada@example.com", "Rome"]])
    await console.page.emulate_media(color_scheme=scheme)
    await console.page.set_viewport_size({"width": width, "height": 844})
    await console.open()
    await console.button("As a table").click()
    assert await violations(console.page) == []
    for view, (button, heading) in DIALOGS.items():
        await console.page.evaluate("(hash) => { location.hash = hash; }", view)
        await console.button(button).click()
        await expect(console.dialog.get_by_role("heading", name=heading)).to_be_visible()
        assert (heading, await violations(console.page)) == (heading, [])
        assert (heading, await console.page.evaluate(WIDEST)) == (heading, 0)
        await console.dialog.get_by_role("button", name="Cancel").click()
