"""Pages of other sites in the same browser: they neither change nor read anything, and cannot frame the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from yarl import URL

from asyncsdk.emulator import Emulator
from tests.browser.conftest import FOREIGN
from tests.browser.expecting import expect
from tests.browser.other_site import ATTACKS, other_site

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("host", [FOREIGN, "evil.localhost", "localhost"])
async def test_a_page_of_another_site_can_do_nothing(context: BrowserContext, server: Emulator, host: str) -> None:
    """Whatever it sends is refused, and it reads nothing; localhost on another port is another site, too."""
    target = f"http://localhost:{URL(server.url).port}"
    async with other_site(target) as port:
        page = await context.new_page()
        await page.goto(f"http://{host}:{port}/")
        got = await page.evaluate(ATTACKS, [target, {"grant_type": "password", **server.credentials}])
        assert got == dict.fromkeys(got), got
        assert await page.frame_locator("#framed").locator("#main").count() == 0
    assert server.clock.ahead == 0
    assert server.calls.total == 0


async def test_a_page_of_another_site_may_link_to_the_console(context: BrowserContext, server: Emulator) -> None:
    """A link opens the console, of which the page that links has no hold."""
    async with other_site(f"{server.url}/") as port:
        page = await context.new_page()
        await page.goto(f"http://{FOREIGN}:{port}/")
        opened = await page.evaluate_handle("() => window.open(document.links[0].href)")
        while len(context.pages) < 2:
            await context.wait_for_event("page")
        console = context.pages[-1]
        await expect(console.locator("#main")).to_be_visible()
        assert await opened.evaluate("(window) => window.closed") is True
        assert await console.evaluate("() => window.opener") is None


@pytest.mark.parametrize("path", ["/", "/_emulator/overview", "/_emulator/assets/console.js"])
async def test_a_name_that_another_site_may_have_is_refused(
    context: BrowserContext, server: Emulator, path: str
) -> None:
    """A site that gives its own name the address of this machine (DNS rebinding) is answered with an error only."""
    page = await context.new_page()
    answer = await page.goto(f"http://{FOREIGN}:{URL(server.url).port}{path}")
    assert answer is not None
    assert answer.status == 403
    assert list(await answer.json()) == ["error"]
