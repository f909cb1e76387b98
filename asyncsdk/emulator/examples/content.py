"""Example content that no endpoint can make: forms, pages, programs, headers and footers, as documented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

__all__ = ["FOOTERS", "FORMS", "HEADERS", "PAGES", "PROGRAMS", "ExampleFragment", "ExampleProgram", "ExampleSite"]


@frozen
class ExampleFragment:
    """A header or footer that is there from the start."""

    number: int
    title: str
    html: str
    text: str


@frozen
class ExampleSite:
    """A form or landing page that a user made in Act-On."""

    id: str
    title: str
    created: int
    modified: int


@frozen
class ExampleProgram:
    """A program that a user made in Act-On."""

    id: str
    name: str
    created: int


HEADERS: Final[Sequence[ExampleFragment]] = (
    ExampleFragment(1, "Newsletter", "<h1>Newsletter</h1>", "Newsletter"),
    ExampleFragment(2, "Example", "<h1>Example</h1>", "Example"),
)
"""Those that the example subscription categories name."""

FOOTERS: Final[Sequence[ExampleFragment]] = (
    ExampleFragment(0, "Default Footer", "<p>An example company, 1 Example Street</p>", "An example company"),
)
"""Number 0 is documented; what it says is not."""

FORMS: Final[Sequence[ExampleSite]] = (
    ExampleSite("6a4a21fb-0aff-4f0e-b57a-97f62ebcb9cd", "Newsletter Signup", 1725627913726, 1725654011570),
)

PAGES: Final[Sequence[ExampleSite]] = (
    ExampleSite("p-0001", "Signup for our Monthly Newsletter", 1725654093747, 1725654172965),
    ExampleSite("p-0002", "Thank you", 1725654093747, 1725654172965),
)

PROGRAMS: Final[Mapping[str, Sequence[ExampleProgram]]] = {
    "TRACK": (ExampleProgram("tr-0001", "Example", 1570492379546),),
}
"""By type."""
