"""The three words for the shape of an answer mean the same, in the same sentence, wherever a reader meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncsdk import TABLE, Shape
from asyncsdk.cli.call.help import facts

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("shape", list(Shape))
def test_the_glossary_has_the_sentence(shape: Shape) -> None:
    """The glossary explains each word."""
    line = f"| {shape} | a word of the column *shape*: the shape of the answer is {shape.meaning} |"
    assert line in (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("shape", list(Shape))
def test_the_page_of_probes_has_the_sentence(shape: Shape) -> None:
    """The page about probes explains each word."""
    assert f"| {shape} | {shape.meaning} |" in (DOCS / "probe.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("shape", list(Shape))
def test_the_help_of_a_call_has_the_sentence(shape: Shape) -> None:
    """``asyncsdk call NAME --help`` explains the word of its route."""
    route = next(route for route in TABLE.values() if route.shape is shape)
    assert f"\nAnswer:     {shape}: {shape.meaning}\n" in facts(route)
