"""axe-core: the rules of accessibility that a program can check, of contrast among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Page

__all__ = ["violations"]


async def violations(page: Page, *rules: str) -> list[str]:
    """What breaks a rule in what is shown now: the rule, the element and what is wrong.

    Args:
        page: the tab.
        rules: the rules that are checked, such as ``color-contrast``; without any, all.
    """
    from axe_playwright_python.async_playwright import Axe

    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(Axe().axe_script)
    # A frame with a mail runs nothing, so that axe-core would wait there for an answer.
    options = {"resultTypes": ["violations"], "iframes": False} | ({"runOnly": list(rules)} if rules else {})
    found = await page.evaluate("(options) => axe.run(options)", options)
    return [
        f"{broken['id']}: {node['html']} {node['failureSummary']}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]
