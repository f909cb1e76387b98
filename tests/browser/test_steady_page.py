"""Steady page: what changes in the account takes nothing away from whoever reads, types or presses meanwhile."""

from __future__ import annotations

import pytest

from asyncsdk.emulator import Emulator
from tests.browser.console_page import ConsolePage
from tests.browser.expecting import expect

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_what_is_pressed_stays_while_other_things_change(console: ConsolePage, server: Emulator) -> None:
    """A tab and a button of a row are pressed, the account changes, and only then they are let go: both act."""
    mouse = console.page.mouse
    leads = server.add_list("Leads", ["Email"], [["ada@example.com"]])
    await console.open(f"#/data/lists/{leads}")
    await console.page.get_by_role("button", name="Edit").hover()
    await mouse.down()
    server.add_rows(leads, [["bob@example.com"]])
    await expect(console.rows("Records of Leads")).to_have_count(2)
    await mouse.up()
    await expect(console.dialog.get_by_label("Email")).to_have_value("ada@example.com")
    await console.button("Cancel").click()

    await console.page.get_by_role("link", name="Opt-outs").hover()
    await mouse.down()
    server.add_opt_out("ada@example.com")
    await expect(console.page.get_by_role("link", name="Opt-outs 1")).to_be_visible()
    await mouse.up()
    await expect(console.rows("Opt-outs")).to_have_count(1)
