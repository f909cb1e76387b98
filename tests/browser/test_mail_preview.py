"""Mail preview: a mail is shown as its recipient sees it, and runs nothing, sends nothing and loads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asyncsdk import Session
from asyncsdk.emulator import Emulator
from tests.browser.console_page import ConsolePage
from tests.browser.expecting import expect

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

MAIL = f"""<html><head><meta http-equiv="refresh" content="0; url=/_emulator/left"><title>Spring</title>
<base href="http://other-site.example/"><link rel="stylesheet" href="/_emulator/assets/tokens.css"></head>
<body style="color: #222; background: #fff"><h1 style="color: rgb(0, 100, 0)">Spring is here</h1>
<script>top.harmed = true; fetch("/_emulator/reset", {{method: "POST"}})</script>
<img src="http://other-site.example/pixel.gif" onerror="top.harmed = true"><img src="/_emulator/pixel">
<img id="dot" src="{DOT}"><style>@import "http://other-site.example/style.css"; h1 {{ font-size: 31px }}</style>
<iframe src="/"></iframe><object data="/"></object><video src="/_emulator/film"></video>
<form action="/_emulator/reset" method="post"><input name="x" value="1"><button>Win</button></form>
<a href="javascript:top.harmed = true">Now</a> <a href="/_emulator/linked" target="_top">More</a>
</body></html>"""


BLOCKED = "Blocked|Refused|violates|sandboxed|csp|other-site"
"""What Chromium says of all that it blocked."""


async def shown(console: ConsolePage, acton: Session) -> list[str]:
    """Make the draft and open its preview; gives the addresses that are asked for from then on, and not blocked."""
    draft = await acton.messages.create(type="draft", subject="Spring", html=MAIL)
    await console.open("#/data/mail")  # a view that reads no calls, which could be asked for late
    asked: list[str] = []
    console.page.on("requestfinished", lambda request: asked.append(request.url))
    console.page.on("requestfailed", lambda request: asked.extend([request.url] * (request.failure != "csp")))
    await console.show(f"#/data/mail/{draft.id}", "Spring")
    await expect(console.page.frame_locator("iframe").get_by_role("heading")).to_have_text("Spring is here")
    return asked


async def test_a_mail_runs_and_loads_nothing(console: ConsolePage, server: Emulator, acton: Session) -> None:
    """Scripts, forms, frames, links and pictures from elsewhere do nothing; styles and pictures show."""
    leads = server.add_list("Leads", ["Email"])
    asked = await shown(console, acton)
    mail = console.page.frame_locator("iframe")
    await expect(mail.get_by_role("heading")).to_have_css("color", "rgb(0, 100, 0)")
    await expect(mail.get_by_role("heading")).to_have_css("font-size", "31px")
    await expect(mail.locator("#dot")).to_have_js_property("naturalWidth", 1)
    for name in ("Win", "Now", "More"):
        await mail.get_by_text(name, exact=True).click()
    await expect(mail.get_by_role("heading")).to_have_text("Spring is here")
    assert await console.page.evaluate("() => window.harmed") is None
    assert leads in server.list_ids().values()
    mine = tuple(f"{server.url}/_emulator/{path}" for path in ("messages", "rates", "assets/icon.svg"))
    assert [url for url in asked if not url.startswith((*mine, "data:"))] == []
    console.watch.allow(BLOCKED)


async def test_a_mail_in_a_tab_of_its_own_runs_nothing(
    console: ConsolePage, context: BrowserContext, server: Emulator, acton: Session
) -> None:
    """Who opens the address of the preview itself is as safe: it is no page of the console's origin."""
    draft = await acton.messages.create(type="draft", subject="Spring", html=MAIL)
    await console.page.goto(f"{server.url}/_emulator/messages/{draft.id}/preview")
    await expect(console.page.get_by_role("heading")).to_have_text("Spring is here")
    assert await console.page.evaluate("() => [window.origin, window.harmed ?? null]") == ["null", None]
    console.watch.allow(BLOCKED)
