"""Keyboard: everything is done without a pointer, and it can be seen where the focus is."""

from __future__ import annotations

import pytest

from asyncsdk import Session
from asyncsdk.emulator import Emulator
from tests.browser.console_page import ConsolePage
from tests.browser.expecting import expect

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MOST_STOPS = 40

FOCUSED = """() => {
  const node = document.activeElement;
  const outlined = (each) => each !== null && getComputedStyle(each).outlineStyle !== "none";
  const name = node.getAttribute("aria-label") ?? node.labels?.[0]?.textContent ?? node.textContent;
  return { name: name.trim(), seen: outlined(node) || outlined(node.closest("tr")) };
}"""
"""JavaScript: the name of the element that has the focus, and whether it looks so."""


async def tab_to(console: ConsolePage, start: str) -> None:
    """Press Tab until the element has the focus whose name begins so; each stop on the way can be seen."""
    passed = []
    for _ in range(MOST_STOPS):
        await console.page.keyboard.press("Tab")
        focused = await console.page.evaluate(FOCUSED)
        assert focused["seen"], f"The focus on {focused['name']!r} cannot be seen."
        if focused["name"].startswith(start):
            return
        passed.append(focused["name"])
    pytest.fail(f"Tab does not reach {start!r}, but {passed}.")


async def test_calls_are_found_and_read_by_the_keyboard(console: ConsolePage, acton: Session) -> None:
    """A slash leads to the filter, Tab and arrows to a call, Enter opens it, and Escape leads back to it."""
    press = console.page.keyboard.press
    await acton.account.get()
    await acton.account.senders()
    await console.open()
    await expect(console.calls).to_have_count(3)
    await press("/")
    await expect(console.page.get_by_label("Filter by text")).to_be_focused()
    await console.page.keyboard.type("account")
    await expect(console.calls).to_have_count(2)
    await tab_to(console, "account.senders")
    await press("ArrowDown")
    oldest = console.calls.nth(1).get_by_role("link")
    await expect(oldest).to_be_focused()
    await press("Enter")
    await expect(console.call.get_by_role("heading", name="account.get")).to_be_visible()
    await tab_to(console, "Show addresses and secrets")
    await press("Space")
    await expect(console.call.get_by_role("switch")).to_be_checked()
    await press("Escape")
    await expect(console.call).to_be_hidden()
    await expect(oldest).to_be_focused()


async def test_a_record_is_edited_by_the_keyboard(console: ConsolePage, server: Emulator) -> None:
    """From the top of the page to a saved record; after a dialog the focus is where it was."""
    press = console.page.keyboard.press
    leads = server.add_list("Leads", ["Email", "City"], [["ada@example.com", "Rome"]])
    await console.open()
    await tab_to(console, "Skip to the content")
    await tab_to(console, "Data")
    await press("Enter")
    await expect(console.page.get_by_role("link", name="Leads")).to_be_visible()
    await tab_to(console, "Leads")
    await press("Enter")
    await expect(console.rows("Records of Leads")).to_have_count(1)
    await tab_to(console, "Edit")
    await press("Enter")
    await expect(console.dialog.get_by_label("Email")).to_be_focused()
    await press("Tab")
    await console.page.keyboard.type("London")
    await press("Enter")
    await expect(console.rows("Records of Leads")).to_contain_text("London")
    assert server.rows(leads) == [["ada@example.com", "London"]]
    await expect(console.page.get_by_role("button", name="Edit")).to_be_focused()
    await press("Enter")
    await expect(console.dialog).to_be_visible()
    await press("Escape")
    await expect(console.dialog).to_be_hidden()
    await expect(console.page.get_by_role("button", name="Edit")).to_be_focused()


async def test_the_emulator_is_controlled_by_the_keyboard(console: ConsolePage, server: Emulator) -> None:
    """The clock is moved and a fault is scripted."""
    press = console.page.keyboard.press
    await console.open("#/control")
    await expect(console.page.get_by_role("form", name="Script a fault")).to_be_visible()
    await tab_to(console, "+1 h")
    await press("Enter")
    await expect(console.notices).to_contain_text("Moved the clock ahead by 1 h")
    await tab_to(console, "Route")
    await console.page.keyboard.type("account.get")
    await tab_to(console, "Script the fault")
    await press("Enter")
    await expect(console.rows("Scripted faults")).to_have_count(1)
    assert (server.clock.ahead, server.faults.left) == (3600, 1)
