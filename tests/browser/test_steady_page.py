"""Steady page: what changes in the account takes nothing away from whoever reads, types or presses meanwhile."""

from __future__ import annotations

import asyncio

import aiohttp
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


@pytest.mark.parametrize(("view", "field"), [("traffic", "Filter by text"), ("data/opt-outs", "Search addresses")])
async def test_a_search_does_not_come_back(console: ConsolePage, view: str, field: str) -> None:
    """Who types and goes elsewhere at once stays there, though the search waits for the end of a word."""
    await console.open(f"#/{view}")
    await console.page.get_by_label(field).fill("ada")
    await console.page.get_by_role("navigation", name="Views").get_by_role("link", name="Control").click()
    await expect(console.card("Clock")).to_be_visible()
    await asyncio.sleep(0.3)  # the search would begin after 0.2 s
    await expect(console.card("Clock")).to_be_visible()


@pytest.mark.parametrize("view", ["constructor", "data/constructor"])
async def test_an_address_that_is_none_leads_to_a_view(console: ConsolePage, view: str) -> None:
    """A hash that names no view, or no part of the data, shows the first one, even ``constructor``."""
    await console.open(f"#/{view}")
    await expect(console.page.locator("#view")).to_contain_text("list" if "data" in view else "No calls yet")


async def test_a_cell_with_a_line_break_is_kept(console: ConsolePage, server: Emulator) -> None:
    """Who edits one cell of a record changes no other; a line break can be read and stays."""
    leads = server.add_list("Leads", ["Email", "Note"], [["ada@example.com", "one\ntwo"]])
    await console.open(f"#/data/lists/{leads}")
    await console.page.get_by_role("button", name="Edit").click()
    await expect(console.dialog.get_by_label("Note")).to_have_value("one\ntwo")
    await console.dialog.get_by_label("Email").fill("ada@example.org")
    await console.dialog.get_by_role("button", name="Save").click()
    await expect(console.rows("Records of Leads")).to_contain_text("ada@example.org")
    assert server.rows(leads) == [["ada@example.org", "one\ntwo"]]


async def test_long_numbers_keep_their_digits(console: ConsolePage, server: Emulator) -> None:
    """A number that JavaScript would round is shown as it came, among the arguments of a call."""
    number = 12345678901234567890
    headers = {"Authorization": f"Bearer {server.issue_token()['access_token']}"}
    mail = {"envelope": {"toAddress": "ada@example.com"}, "content": {"personalizationDataMap": {"Order": number}}}
    async with aiohttp.ClientSession(headers=headers) as http:
        await http.post(f"{server.url}/ete/v1/email/{server.settings.account_id}/t-0001", json=mail)
    await console.open("#/traffic/1")
    await expect(console.call.get_by_role("region", name="Arguments")).to_contain_text(str(number))


async def test_a_filter_that_cannot_be_shows_no_rows_of_another(console: ConsolePage, server: Emulator) -> None:
    """A mistyped route in the address is told, in the place of the calls that were shown before."""
    async with aiohttp.ClientSession() as http:
        await http.get(f"{server.url}/api/1/account")
    await console.open()
    await expect(console.calls).to_have_count(1)
    await console.show("#/traffic?route=account.gte", "account.get")
    await expect(console.page.get_by_role("region", name="Calls", exact=True)).to_contain_text("Did you mean")
    await expect(console.calls).to_have_count(0)
    console.watch.allow("400")


async def test_a_dialog_goes_with_its_view(console: ConsolePage) -> None:
    """The browser's way back closes a dialog: it would act on what is no longer shown."""
    await console.open("#/data/lists")
    await console.page.get_by_role("link", name="Opt-outs").click()
    await console.button("Add an opt-out").click()
    await expect(console.dialog).to_be_visible()
    await console.page.go_back()
    await expect(console.dialog).to_be_hidden()
    await expect(console.button("Add a list")).to_be_visible()
