"""The page about telemetry names what the code has, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from attrs import fields

from asyncsdk import telemetry
from asyncsdk.otel import attributes

PAGE = (Path(__file__).parents[2] / "docs" / "telemetry.md").read_text(encoding="utf-8")


def test_the_table_of_events_is_whole() -> None:
    """Each event is in it with its fields in their order, and is exported."""
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| (.*) \|$", PAGE, re.MULTILINE))
    events = {kind.__name__: kind for kind in get_args(telemetry.Event)}
    assert rows.keys() == events.keys()
    for name, kind in events.items():
        assert re.findall(r"`(\w+)`", rows[name]) == [field.name for field in fields(kind)]
        assert getattr(telemetry, name) is kind


def test_every_attribute_of_spans_is_named() -> None:
    """Those of the conventions, and the library's own."""
    for name in attributes.__all__:
        assert f"`{getattr(attributes, name)}`" in PAGE, name
