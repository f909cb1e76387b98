"""``lists.all`` lists assets of every type, as far as they are emulated."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.stage import stage
from tests.support.virtual_time import virtual_time


@pytest.mark.parametrize(
    ("listing_type", "names"),
    [
        ("contact_list", []),
        ("footer", ["Default Footer"]),
        ("landing_page", ["Signup for our Monthly Newsletter"]),
        ("draft_message", ["Hello"]),
        ("template_message", []),
        ("sender", [""]),
        ("test_message", []),
    ],
)
@virtual_time
async def test_assets_are_listed_by_type(listing_type: Any, names: list[str]) -> None:
    """What exists of a type is walked like the lists; a draft shows up among the drafts and nowhere else."""
    async with stage() as (_, acton):
        await acton.messages.create(type="draft", subject="Hello")
        listed = [asset.name async for asset in acton.lists.all(listing_type=listing_type)]
        assert listed[: len(names)] == names
        assert bool(listed) == bool(names)
