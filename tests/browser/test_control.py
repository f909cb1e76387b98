"""Control: what is pressed in the page acts on the programs that use the emulator."""

from __future__ import annotations

import re

import aiohttp
import pytest

from asyncsdk import Session
from asyncsdk.emulator import Emulator
from tests.browser.console_page import ConsolePage
from tests.browser.expecting import expect

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_fault_acts_on_the_next_call(console: ConsolePage, server: Emulator, acton: Session) -> None:
    """A fault that is scripted for a route meets one call of it; the page shows that it is used up."""
    await console.open("#/control")
    form = console.page.get_by_role("form", name="Script a fault")
    await form.get_by_label("Route").fill("account.get")
    await form.get_by_label("Fault", exact=True).select_option("Cut")
    await form.get_by_label("when").select_option("arrival")
    await console.button("Script the fault").click()
    await expect(console.rows("Scripted faults")).to_contain_text("account.get")
    await acton.account.get()  # its second try is answered
    await expect(console.page.get_by_text("Nothing is scripted")).to_be_visible()
    assert [call.state for call in server.calls if call.route == "account.get"] == ["cut", "answered"]


async def test_a_wrong_argument_is_told_beside_its_field(console: ConsolePage, server: Emulator) -> None:
    """Nothing is scripted; the field is marked, and the focus is in it."""
    await console.open("#/control")
    form = console.page.get_by_role("form", name="Script a fault")
    await form.get_by_label("Route").fill("account.gte")
    await console.button("Script the fault").click()
    await expect(form.get_by_label("Route")).to_have_attribute("aria-invalid", "true")
    await expect(form.get_by_label("Route")).to_be_focused()
    await expect(form.get_by_role("alert").filter(has_text="account.get")).to_be_visible()
    console.watch.allow("400")
    assert server.faults.left == 0


async def test_the_clock_is_moved(console: ConsolePage, server: Emulator) -> None:
    """The emulator's clock is ahead by what was pressed and written, and every view says so."""
    await console.open("#/control")
    await console.button("+1 h").click()
    await expect(console.page.get_by_role("banner")).to_contain_text("1 h ahead")
    await console.page.get_by_label("Seconds").fill("-1800")
    await console.button("Move the clock").click()
    await expect(console.page.get_by_role("banner")).to_contain_text("30 min ahead")
    assert server.clock.ahead == 1800


async def test_the_clock_goes_on_while_nothing_happens(console: ConsolePage) -> None:
    """A view that is opened an hour after the last news shows the time of now, as the header does."""
    await console.page.clock.install()
    await console.open("#/traffic")
    await console.page.clock.fast_forward(3_600_000)
    await console.show("#/control", "Clock")
    shown = [
        re.findall(r"(\d\d):(\d\d):(\d\d)", await console.page.locator(each).inner_text())[0]
        for each in (".header-clock", ".clock")
    ]
    header, card = (int(hours) * 3600 + int(minutes) * 60 + int(seconds) for hours, minutes, seconds in shown)
    assert min((header - card) % 86_400, (card - header) % 86_400) < 600


async def test_tokens_are_revoked_and_the_day_is_spent(
    console: ConsolePage, server: Emulator, acton: Session
) -> None:
    """A program renews its token; when the day's calls are spent, the next one is refused."""
    await acton.account.get()
    await console.open("#/control")
    await console.button("Revoke access tokens").click()
    await expect(console.notices).to_contain_text("All access tokens are revoked")
    await acton.account.get()
    assert server.calls.counts.renewals == 1
    await console.page.get_by_label("Calls left today").fill("0")
    await console.button("Spend the day").click()
    await expect(console.notices).to_contain_text("0 calls are left today")
    headers = {"Authorization": f"Bearer {server.issue_token()['access_token']}"}
    async with aiohttp.request("GET", f"{server.url}/api/1/account", headers=headers) as answer:
        assert answer.status == 429


async def test_the_account_is_reset_and_filled_with_an_example(
    console: ConsolePage, server: Emulator, acton: Session
) -> None:
    """The example brings the list that the guides name; a reset forgets all but the tokens."""
    await acton.account.get()
    await console.open("#/control")
    await console.button("Load the example company").click()
    await expect(console.notices).to_contain_text("Loaded the example company")
    assert "l-0001" in server.list_ids().values()

    await console.button("Reset").click()
    await console.button("Reset the emulator").click()
    await expect(console.notices).to_contain_text("as new")
    assert server.list_ids() == {}
    assert server.calls.counts.calls == 0
    await acton.account.get()
    assert [call.route for call in server.calls] == ["account.get"]
