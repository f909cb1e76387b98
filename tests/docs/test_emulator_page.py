"""The page of the emulator's console tells of every endpoint of its JSON."""

from __future__ import annotations

import re

from asyncsdk.emulator.console.api import ENDPOINTS
from tests.docs.documents import ROOT


def test_the_table_lists_the_endpoints() -> None:
    """Each with its summary, in the order in which the emulator lists them."""
    page = (ROOT / "docs/emulator.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([A-Z]+) (/\S*)` \| (.*) \|$", page, re.MULTILINE)
    assert listed == [(each.method, each.path, each.summary) for each in ENDPOINTS]
