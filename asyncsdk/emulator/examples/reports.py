"""Example report data that no call can make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

__all__ = ["CAMPAIGNS", "KEYWORDS", "VIEWS", "ExampleView"]


@frozen
class ExampleView:
    """One view of an example form or landing page."""

    thing: str
    source: str
    times: int
    time: int
    visitor: str = "Comcast"


_FORM: Final = "6a4a21fb-0aff-4f0e-b57a-97f62ebcb9cd"

VIEWS: Final[Sequence[ExampleView]] = (
    ExampleView(_FORM, "Email: Unknown List", 3, 1725641452528),
    ExampleView(_FORM, "Page:Signup for our Monthly Newsletter", 1, 1725654172965),
    ExampleView(_FORM, "Newsletter Signup", 1, 1725654172965),
    ExampleView("p-0001", "Default", 1, 1725654172965),
)
"""The views that the documentation's example reports count."""

CAMPAIGNS: Final[Sequence[Mapping[str, Any]]] = (
    {"id": "1", "name": "Example campaign"},
    {"id": "2", "name": "Another example campaign"},
)
"""Two campaigns; what the platform tells of one is not published."""

KEYWORDS: Final[Sequence[Mapping[str, Any]]] = (
    {"keyword": "marketing automation", "url": "https://www.example.com/"},
    {"keyword": "newsletter", "url": "https://www.example.com/news"},
)
"""Two watched keywords; what the platform tells of one is not published."""
