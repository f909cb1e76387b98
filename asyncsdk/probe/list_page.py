"""Page of a list in an answer, whatever the answer holds in its place."""

from __future__ import annotations

from typing import cast

from asyncsdk.probe.answer import Answer

__all__ = ["headings_of", "rows_of"]


def headings_of(page: Answer) -> list[str]:
    """The headings, each as a text; one that is none is empty."""
    return [each if isinstance(each, str) else "" for each in _members(page.object.get("headers"))]


def rows_of(page: Answer) -> list[list[object]]:
    """The rows; one that is no array has no cells."""
    return [_members(row) for row in _members(page.object.get("data"))]


def _members(told: object) -> list[object]:
    return cast("list[object]", told) if isinstance(told, list) else []
