"""Kinds of text: what a text of an answer is, told without a word of it."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["LONGEST", "TEXT_KINDS", "kind_of_text"]

LONGEST: Final = 500
"""Characters by which the kind of a text is told; an id, an address or a date is not longer."""

_ZONE: Final = r"(?: ?(?:Z|UTC|[A-Z]{2,5}|[+-]\d\d:?\d\d))?"
_KINDS: Final = (
    ("record id", r"l-[\w-]{1,60}:[0-9a-f]{1,16}"),
    ("list id", r"l-[\w-]{1,60}"),
    ("segment or form id", r"q-[0-9a-f]{1,16}"),
    ("message id", r"[a-z]-[0-9a-f]{1,16}-\d{4}"),
    ("id of a letter and hex digits", r"[a-z]-[0-9a-f]{1,16}"),
    ("uuid", r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("epoch milliseconds as text", r"1\d{12}"),
    ("decimal text", r"-?\d{1,40}"),
    ("decimal fraction as text", r"-?\d{1,20}\.\d{1,20}"),
    ("percentage", r"-?\d{1,9}(?:\.\d{1,9})? ?%"),
    ("true or false as text", r"true|false"),
    ("Y or N", r"[yn]|yes|no"),
    ("month as yyyy-mm", r"\d{4}-\d\d"),
    ("date as yyyy-mm-dd", r"\d{4}-\d\d-\d\d"),
    ("date as mm/dd/yyyy", r"\d{1,2}/\d{1,2}/\d{2,4}"),
    ("date and time as yyyy-mm-dd hh:mm:ss", rf"\d{{4}}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:\.\d{{1,9}})?)?{_ZONE}"),
    ("date and time as ISO 8601", rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{{1,9}})?)?{_ZONE}"),
    (
        "date and time in words",
        rf"[a-z]{{3,9}}\.? \d{{1,2}},? \d{{4}}(?:,? \d{{1,2}}:\d\d(?::\d\d)?(?: ?[ap]m)?{_ZONE})?",
    ),
    ("time as hh:mm", r"\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?"),
    ("hex digits", r"[0-9a-f]{8,64}"),
    ("address", r"[^\s@<>]{1,64}@[^\s@<>]{1,253}"),
    ("url", r"(?:https?:)?//[^\s]{1,480}"),
)
"""The first that fits the whole text counts. None repeats within a repetition, so that all are linear in time."""

_FORM: Final = re.compile("|".join(f"({pattern})" for _, pattern in _KINDS), re.IGNORECASE | re.ASCII)
"""All of them at once: one group a kind, for none has groups of its own."""

TEXT_KINDS: Final = frozenset({"text", "empty text", "html", "url", *(kind for kind, _ in _KINDS)})
"""All kinds."""


def kind_of_text(text: str) -> str:
    """The kind of a text, such as ``address`` or ``list id``; ``text`` where it has no form."""
    start = text[: LONGEST + 1].strip()
    if not start:
        return "text" if text.strip() else "empty text"
    if start.startswith("<"):
        return "html"
    if len(text) > LONGEST:
        return "url" if start.lower().startswith(("http://", "https://")) and " " not in start else "text"
    found = _FORM.fullmatch(start)
    return _KINDS[(found.lastindex or 0) - 1][0] if found is not None else "text"
