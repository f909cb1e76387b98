"""Traffic: calls of a real program, in a real browser."""

from __future__ import annotations

import asyncio
import re

import aiohttp
import pytest

from asyncsdk import InvalidRequest, Session
from asyncsdk.emulator import Emulator, Hang
from tests.browser.console_page import ConsolePage
from tests.browser.expecting import expect

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_call_appears_as_it_arrives(console: ConsolePage, acton: Session) -> None:
    """Without a reload: the login and the call, the newest first, with their status and their caller."""
    await console.open()
    await expect(console.page.get_by_role("heading", name="No calls yet")).to_be_visible()
    await acton.account.get()
    await expect(console.calls).to_have_count(2)
    newest = console.calls.first
    await expect(newest.get_by_role("link")).to_have_text("account.get")
    await expect(newest).to_contain_text("200")
    await expect(newest).to_contain_text("asyncsdk")
    await expect(console.calls.nth(1).get_by_role("link")).to_have_text("token")


async def test_a_call_without_an_answer_is_shown(console: ConsolePage, server: Emulator, acton: Session) -> None:
    """A call that hangs is open, and one whose connection is cut says so."""
    server.faults.add(Hang(), on="account.get")
    await console.open()
    hanging = asyncio.create_task(acton.account.get())
    await expect(console.calls.first).to_contain_text("open")
    hanging.cancel()
    await expect(console.calls.first).to_contain_text("cut")


async def test_calls_are_filtered(console: ConsolePage, server: Emulator, acton: Session) -> None:
    """By route, by status and by text; a call that comes later is filtered, too."""
    await acton.account.get()
    with pytest.raises(InvalidRequest):
        await acton.lists.delete("l-9999")
    await console.open()
    await expect(console.calls).to_have_count(3)

    await console.page.get_by_label("Filter by route").select_option("account.get")
    await expect(console.calls).to_have_count(1)
    await acton.account.get()
    await expect(console.calls).to_have_count(2)
    await console.page.get_by_label("Filter by route").select_option("")

    await console.page.get_by_label("Filter by status").select_option("4xx")
    await expect(console.calls).to_have_count(1)
    await expect(console.calls).to_contain_text("l-9999")
    await console.page.get_by_label("Filter by status").select_option("")

    await console.page.get_by_label("Filter by text").fill("nothing has this")
    await expect(console.page.get_by_role("heading", name="No call matches")).to_be_visible()
    await console.page.get_by_role("link", name="Show all calls").click()
    await expect(console.calls).to_have_count(4)


async def test_addresses_and_secrets_are_masked_unless_asked_for(
    console: ConsolePage, server: Emulator, acton: Session
) -> None:
    """The detail of a call shows neither, until somebody turns them on; the request and the answer can be read."""
    leads = server.add_list("Leads", ["Email", "First Name"])
    await acton.contacts.upsert(leads, email="ada@example.com", data={"First Name": "Ada"})
    await console.open()
    await console.calls.filter(has_text="contacts.upsert").get_by_role("link").click()
    await expect(console.call.get_by_role("heading", name="contacts.upsert")).to_be_visible()
    await expect(console.call.get_by_role("region", name="Request body")).to_contain_text("First Name")
    await expect(console.call).not_to_contain_text("ada@example.com")
    assert "ada@example.com" not in await console.page.content()
    await console.call.get_by_text("Show addresses and secrets").click()
    await expect(console.call).to_contain_text("ada@example.com")

    await console.button("Close").click()
    await console.calls.filter(has_text="token").get_by_role("link").click()
    await expect(console.call.get_by_role("table", name="Request body")).to_contain_text("client_secret")
    await expect(console.call).to_contain_text(server.credentials["client_secret"])
    await console.call.get_by_text("Show addresses and secrets").click()
    await expect(console.call).not_to_contain_text(server.credentials["client_secret"])


async def test_calls_over_the_limit_stand_out(console: ConsolePage, server: Emulator) -> None:
    """Refused calls are marked in the table, counted, and told in the chart, whose numbers are there as a table."""
    server.settings.calls_per_second = 1  # on a machine of any speed, most of these come too early
    headers = {"Authorization": f"Bearer {server.issue_token()['access_token']}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        answers = await asyncio.gather(*(http.get(f"{server.url}/api/1/account") for _ in range(40)))
    refused = sum(answer.status == 429 for answer in answers)
    assert refused > 0
    await console.open()
    await console.page.get_by_label("Filter by status").select_option("refused")
    await expect(console.calls).to_have_count(refused)
    await expect(console.calls.first).to_contain_text("429 limit")
    chart = console.page.get_by_role("region", name="Calls a second", exact=True)
    await expect(chart.get_by_role("img")).to_have_accessible_name(
        re.compile(f"two minutes: {40 - refused} calls? accepted, {refused} over the limits")
    )
    await chart.get_by_role("button", name="As a table").click()
    await expect(chart.get_by_role("row").first).to_contain_text("Refused")
    # Ten seconds a row: a busy machine may have needed two of them.
    cells = await chart.locator("tbody td:nth-child(3)").all_inner_texts()
    assert sum(map(int, cells)) == refused
