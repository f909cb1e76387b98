"""Files of the documentation's site: they are all there, and nothing comes from another host."""

from __future__ import annotations

import re

import pytest

from tests.browser.built_site import SITE, lacking

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ELSEWHERE = re.compile(
    r"""<(?:script|link|img|source|iframe|video|audio|object|embed)\b[^>]*["'=\s]((?:https?:)?//[^"'\s>]+)"""
    r"""|(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]+)"""
)
"""What a page or a style sheet makes the browser fetch from another host."""


def test_nothing_is_fetched_from_elsewhere() -> None:
    """No page and no style sheet of the site names a script, a style, a font or an image of another host."""
    if lacking():
        pytest.skip(lacking())
    pages = [each for each in SITE.rglob("*") if each.suffix in {".html", ".css"}]
    assert len(pages) > 50
    found = {each.name: ELSEWHERE.findall(each.read_text(encoding="utf-8")) for each in pages}
    assert {name: hosts for name, hosts in found.items() if hosts} == {}
