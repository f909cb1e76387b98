"""Pages of the documentation in a browser: the first screen, the search, light and dark, and the diagrams."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Literal

import pytest
import pytest_asyncio

from tests.browser.axe import violations
from tests.browser.built_site import SITE, lacking, serving
from tests.browser.expecting import expect
from tests.browser.watch import Watch

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DIAGRAMS = {
    "index.html": "How a call travels",
    "bulk.html": "The phases of a bulk run",
    "why/limits.html": "The second as the server sees it",
    "why/retries.html": "What a lost reply does",
}

OF_THE_THEME = ("landmark-unique", "scrollable-region-focusable")
"""Rules that Zensical's own copy buttons and tables break."""

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""JavaScript: the pixels by which the page is wider than its window."""

TITLES = ("Switch to the light mode", "Switch to the dark mode", "Switch to the mode of the system")
"""What the switch in the header says, in turn."""

BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"

FAINT = """(svg) => {
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const holds = (box, { x, y }) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  const shapes = [...svg.querySelectorAll("rect")];
  return [...svg.querySelectorAll("text")].map((text) => {
    const box = text.getBoundingClientRect();
    const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    const under = shapes.filter((shape) => holds(shape.getBoundingClientRect(), middle)).pop();
    const back = getComputedStyle(under ?? document.body)[under ? "fill" : "backgroundColor"];
    const [low, high] = [light(getComputedStyle(text).fill), light(back)].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    return ratio < 4.5 ? `${text.textContent}: ${ratio.toFixed(2)}` : "";
  }).filter(Boolean);
}"""
"""JavaScript: the texts of a drawing whose contrast with what lies under them is less than 4.5."""

CUT = """(svg) => {
  const whole = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")]
    .filter((text) => {
      const box = text.getBoundingClientRect();
      return box.left < whole.left || box.right > whole.right;
    })
    .map((text) => text.textContent);
}"""
"""JavaScript: the texts of a drawing that reach over its edge."""


@pytest_asyncio.fixture(loop_scope="session")
async def served(context: BrowserContext) -> AsyncIterator[str]:
    """The address of the served site; the test fails if the browser complained, or asked others for anything."""
    if lacking():
        pytest.skip(lacking())
    async with serving() as url:
        watch = Watch(context, url)
        yield url
        assert watch.problems == []


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> Page:
    """A tab of 1280 by 800."""
    opened = await context.new_page()
    await opened.set_viewport_size({"width": 1280, "height": 800})
    return opened


async def search(page: Page, words: str, title: str) -> None:
    """Search as a reader does, and follow the result with this title."""
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("combobox", name="Search").fill(words)
    await page.get_by_role("option", name=title).click()


async def switch(page: Page, then: str) -> None:
    """Use the switch in the header, whose title says what it does, until it has done so."""
    following = TITLES[(TITLES.index(then) + 1) % len(TITLES)]
    await page.get_by_title(then).click()
    await expect(page.get_by_title(following)).to_be_visible()


async def test_the_search_finds_a_page(page: Page, served: str) -> None:
    """In the served site a word leads to the page that tells of it."""
    await page.goto(f"{served}/index.html")
    await search(page, "PollPolicy.price", "What asyncsdk does")
    await expect(page.get_by_role("heading", name="Why: jobs")).to_be_visible()


async def test_the_search_works_from_disk(page: Page, context: BrowserContext) -> None:
    """The same in a site that is opened from disk, where browsers let a page read no file beside it."""
    if lacking():
        pytest.skip(lacking())
    watch = Watch(context, SITE.as_uri())
    await page.goto(f"{SITE.as_uri()}/index.html")
    await search(page, "PollPolicy.price", "What asyncsdk does")
    await expect(page.get_by_role("heading", name="Why: jobs")).to_be_visible()
    assert watch.problems == []


async def test_the_first_screen_says_what_it_is(page: Page, served: str) -> None:
    """What it is, how to install it and a whole program stand in the first screen of 1280 by 800, uncut."""
    await page.goto(f"{served}/index.html")
    for shown in (
        page.get_by_role("heading", name="asyncsdk", level=1),
        page.get_by_text("asyncsdk is an asyncio client"),
        page.locator("pre > code", has_text="pip install"),
        page.locator("pre > code", has_text="asyncio.run(main())"),
    ):
        await expect(shown).to_be_visible()
        box = await shown.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800
        assert await shown.evaluate("(each) => each.scrollWidth - each.clientWidth") <= 0


@pytest.mark.parametrize("system", ["light", "dark"])
async def test_the_mode_is_the_systems_until_it_is_switched(
    page: Page, served: str, system: Literal["light", "dark"]
) -> None:
    """A page is light or dark as the system is, until the switch says so for all pages."""
    shown = {}
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.goto(f"{served}/index.html")
        shown[scheme] = await page.evaluate(BACKGROUND)
    assert shown["light"] != shown["dark"]
    await page.emulate_media(color_scheme=system)
    for then, mode in zip(TITLES, ("light", "dark"), strict=False):
        await switch(page, then)
        await page.goto(f"{served}/tutorial.html")
        assert await page.evaluate(BACKGROUND) == shown[mode]
    await switch(page, TITLES[-1])
    await page.goto(f"{served}/index.html")
    assert await page.evaluate(BACKGROUND) == shown[system]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_pages_can_be_read(page: Page, served: str, scheme: Literal["light", "dark"], width: int) -> None:
    """axe-core finds nothing, and no page is wider than its window."""
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": width, "height": 844})
    for path in ("index.html", "why/retries.html", "reference/endpoints/account.html"):
        await page.goto(f"{served}/{path}")
        found = [each for each in await violations(page) if not each.startswith(OF_THE_THEME)]
        assert (path, found) == (path, [])
        assert await page.evaluate(WIDER) <= 0, path


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_diagrams_can_be_read(page: Page, served: str, scheme: Literal["light", "dark"], width: int) -> None:
    """Each diagram has a name and a description; its texts have contrast, and none reaches over the edge."""
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": width, "height": 844})
    for path, name in DIAGRAMS.items():
        await page.goto(f"{served}/{path}")
        diagram = page.get_by_role("img", name=name)
        await expect(diagram).to_be_visible()
        assert len(await diagram.locator("desc").text_content() or "") > 200
        assert (path, await diagram.evaluate(FAINT), await diagram.evaluate(CUT)) == (path, [], [])


async def test_diagrams_follow_the_switch(page: Page, served: str) -> None:
    """A diagram is light in a page that was switched to light, whatever the system is."""
    ink = "(text) => getComputedStyle(text).fill"
    text = page.locator("svg.diagram text").first
    await page.emulate_media(color_scheme="light")
    await page.goto(f"{served}/why/limits.html")
    light = await text.evaluate(ink)
    await page.emulate_media(color_scheme="dark")
    await page.goto(f"{served}/why/limits.html")
    assert await text.evaluate(ink) != light
    await switch(page, TITLES[0])
    assert await text.evaluate(ink) == light
