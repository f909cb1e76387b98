"""Restart of the emulator: the page says that it is away, and goes on by itself when it is back."""

from __future__ import annotations

import pytest
from yarl import URL

from asyncsdk.emulator import Emulator
from tests.browser.console_page import ConsolePage
from tests.browser.expecting import expect

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_page_connects_again(console: ConsolePage, server: Emulator) -> None:
    """What it shows is read anew, without a reload; until then it says that nobody answers."""
    server.add_list("Before", ["Email"])
    port = URL(server.url).port
    assert port is not None
    await console.open("#/data/lists")
    await expect(console.rows("Lists")).to_contain_text("Before")
    await server.stop()
    await expect(console.page.get_by_role("banner").get_by_role("alert")).to_contain_text("does not answer")
    async with Emulator(port=port) as again:
        again.add_list("After", ["Email"])
        await expect(console.page.get_by_role("banner").get_by_role("status")).to_have_text("Live")
        await expect(console.rows("Lists")).to_contain_text("After")
        await expect(console.page.get_by_role("banner").get_by_role("alert")).to_be_hidden()
        console.watch.allow(
            "ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET"
        )
        await console.page.goto("about:blank")
