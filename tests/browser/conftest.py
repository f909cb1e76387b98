"""Fixtures of tests in a browser: Chromium, shared by all of them, and a context of its own for each.

A test without Chromium is left out, and the run says so in its last lines; where the run must hold these tests
(``ASYNCSDK_BROWSER_TESTS``), it is red.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from asyncsdk import PasswordGrant, Session
from asyncsdk.emulator import Emulator
from asyncsdk.testing import fast
from tests.browser.console_page import ConsolePage
from tests.browser.expecting import PATIENCE
from tests.browser.watch import Watch
from tests.support.chromium import missing, program
from tests.support.counted_tests import BROWSER, note

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext

FOREIGN = "other-site.example"
"""A name that the browser finds at this machine, as a hostile site's may be made to be (DNS rebinding)."""

ADDRESSES = (
    f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1, MAP * ~NOTFOUND, "
    "EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost"
)
"""The browser finds no other host: no test depends on a network, and none is reached by mistake."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_chromium() -> AsyncIterator[Browser | None]:
    """The browser of this process; None if there is none."""
    if missing():
        yield None
        return
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program(), args=[ADDRESSES], timeout=PATIENCE * 1000
        )
        yield browser
        await browser.close()


@pytest.fixture
def chromium(request: pytest.FixtureRequest, shared_chromium: Browser | None) -> Browser:
    """The browser; without one, the test is left out."""
    note(request.node, BROWSER)
    if shared_chromium is None:
        pytest.skip(missing())
    return shared_chromium


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[Emulator]:
    """A running emulator of the test's own."""
    async with Emulator() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def acton(server: Emulator) -> AsyncIterator[Session]:
    """An open session on it, which waits for nothing: neither for a limit nor for another try."""
    with fast(server):
        async with Session(grant=PasswordGrant(**server.credentials), base_url=server.url) as session:
            yield session


@pytest_asyncio.fixture(loop_scope="session")
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A browser's context: nothing is kept from other tests, and nothing that happens in it is a problem."""
    async with await chromium.new_context(reduced_motion="reduce") as opened:
        opened.set_default_timeout(PATIENCE * 1000)
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def console(context: BrowserContext, server: Emulator) -> AsyncIterator[ConsolePage]:
    """The console's page, closed yet; the test fails if the browser complained, or asked others for anything."""
    watch = Watch(context, server.url)
    yield ConsolePage(await context.new_page(), server.url, watch)
    assert watch.problems == []
