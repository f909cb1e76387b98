"""The watch that every test in a browser is under: what goes wrong in a page is seen."""

from __future__ import annotations

import pytest

from asyncsdk.emulator import Emulator
from tests.browser.conftest import FOREIGN
from tests.browser.console_page import ConsolePage

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_what_goes_wrong_in_a_page_is_seen(console: ConsolePage, server: Emulator) -> None:
    """An error, a violated policy, a request that is refused and one to another site are problems, each once."""
    await console.open()
    await console.page.evaluate(
        """async (other) => {
            await fetch("/_emulator/nothing");
            await fetch(other).catch(() => {});
            document.body.append(Object.assign(document.createElement("img"), {src: other}));
            setTimeout(() => { throw new Error("broken") });
            await new Promise((done) => setTimeout(done));
        }""",
        f"http://{FOREIGN}:1/",
    )
    seen = " ".join(console.watch.problems)
    for words in ("refused: GET", "Content Security Policy", "error: Error: broken"):
        assert words in seen, seen
    console.watch.problems.clear()
