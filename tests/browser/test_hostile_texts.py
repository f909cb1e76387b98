"""Hostile texts: whatever a name, a cell or a header holds, the page shows it as text."""

from __future__ import annotations

import aiohttp
import pytest

from asyncsdk.emulator import Emulator
from tests.browser.console_page import ConsolePage
from tests.browser.expecting import expect
from tests.browser.filled_account import fill

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOSTILE = [
    "<script>window.harmed = true</script>",
    '"><img src=/_emulator/harm onerror="window.harmed = true">',
]

STRANGERS = """() => [...document.body.querySelectorAll("img, object, embed, script, style, link, [onerror]")]
  .map((node) => node.outerHTML)"""
"""JavaScript: the elements that the page itself never makes."""


@pytest.mark.parametrize("text", HOSTILE, ids=["script", "image"])
async def test_texts_stay_text_in_every_view(console: ConsolePage, server: Emulator, text: str) -> None:
    """Nothing of it becomes an element, and nothing runs, wherever the account holds it."""
    views = await fill(server, text)
    await console.open()
    for view, words in views.items():
        await console.show(view, words)
        assert await console.page.evaluate(STRANGERS) == []
    assert await console.page.evaluate("() => window.harmed") is None


async def test_texts_of_a_request_stay_text(console: ConsolePage, server: Emulator) -> None:
    """A path, a query, a user agent and a body of a stranger are shown as they are."""
    script, image = HOSTILE
    async with aiohttp.ClientSession() as http:
        url = f"{server.url}/api/1/{script}"
        await http.post(url, params={"q": image}, headers={"User-Agent": image}, data=f"{script}{image}")
    await console.open("#/traffic/1")
    await expect(console.call.get_by_role("region", name="Request body")).to_have_text(f"{script}{image}")
    await expect(console.calls.first).to_contain_text(image)
    await console.show(f"#/traffic?text={image}", "Calls a second")
    assert await console.page.evaluate(STRANGERS) == []
    assert await console.page.evaluate("() => window.harmed") is None
