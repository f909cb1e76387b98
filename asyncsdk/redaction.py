"""Redaction of e-mail addresses in all texts that may be logged: one pass over the text, in linear time."""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["LONGEST", "mask", "masked_repr", "message_text"]

LONGEST: Final = 4_000
"""Characters of a foreign text that a message holds at the most."""

LONGEST_ADDRESS: Final = 400
"""Characters in which an address ends: 320 are allowed, and some are percent-encoded."""

LONGEST_QUOTED: Final = 64
"""Characters of a quoted name: more are not allowed."""

_END: Final = r"""\s<>"=,;:&?/()\[\]{}@"""
"""Characters that end an address; an apostrophe does, too, but not within a name."""

_ODD: Final = frozenset("=&?/{}'")
"""Characters that are allowed in a name, but usually end one."""

_AT: Final = re.compile("@|%40")
_ENDS: Final = re.compile(rf"[{_END}]+")
_NO_HOST: Final = frozenset({"", *" \t\r\n<>\"=,;:&?/()]{}@'"})
"""A character that no host begins with, or the end of the text: the search can stop there."""

_HOST: Final = re.compile(rf"\[[^\s\]]{{1,255}}\]|[^{_END}']*[^{_END}'.]")


def mask(text: str) -> str:
    """The text with each e-mail address replaced by ``***@***``."""
    return _masked(text, len(text)) if "@" in text or "%40" in text else text


def masked_repr(value: Any) -> str:
    """``repr(value)`` with addresses masked: the ``repr=`` of a field that may hold one."""
    return mask(repr(value))


def message_text(text: str, longest: int = LONGEST) -> str:
    """A text as a message may hold it: of a bounded length, with a mark where it was cut, and without addresses.

    Args:
        text: foreign words.
        longest: characters that are kept at the most.
    """
    # Half characters, as of a name that was cut short, cannot be written to a log.
    window = longest + LONGEST_ADDRESS
    text = text[:window].encode("utf-8", "backslashreplace").decode() + text[window:]
    if len(text) <= longest:
        return mask(text)
    # An address that the cut goes through is known as one only with its end.
    kept = _masked(text[: longest + LONGEST_ADDRESS], longest)
    return f"{kept} [... {len(text) - longest:,} characters more]"


def _masked(text: str, end: int) -> str:
    """The text up to a place, each address that begins before it replaced."""
    pieces: list[str] = []
    done = 0
    for start, stop in _addresses(text):
        if start >= end:
            break
        pieces += (text[done:start], "***@***")
        done = stop
    return "".join(pieces) + text[done:end]


def _addresses(text: str) -> list[tuple[int, int]]:
    """Where the addresses stand. Each character is looked at a bounded number of times."""
    spans: list[tuple[int, int]] = []
    looked = done = 0
    name = _after_apostrophes(text, 0)
    for at in _AT.finditer(text):
        if at.start() < done or text[at.end() : at.end() + 1] in _NO_HOST:
            continue
        odd = at.start()
        while odd > looked and text[odd - 1] in _ODD:
            odd -= 1
        if looked < odd:
            for end in _ENDS.finditer(text, looked, odd):
                name = _after_apostrophes(text, end.end())
            looked = odd
        start = _start(text, name, odd, at.start())
        host = _HOST.match(text, at.end()) if start >= 0 else None
        if host is None:
            continue
        # A quoted name may hold what was taken for an address of its own.
        while spans and spans[-1][1] > start:
            start = min(start, spans.pop()[0])
        looked = done = host.end()
        name = _after_apostrophes(text, done)
        spans.append((start, done))
    return spans


def _start(text: str, name: int, odd: int, at: int) -> int:
    """Where the name before an at sign begins: a plain one, a quoted one, or what is left of an odd one; or -1."""
    if name < odd:
        return name
    if odd > 0 and text[odd - 1] == '"':
        opening = text.rfind('"', max(0, odd - 2 - LONGEST_QUOTED), odd - 1)
        if 0 <= opening < odd - 2 and "\n" not in text[opening:odd]:
            return opening
    return odd if odd < at else -1


def _after_apostrophes(text: str, place: int) -> int:
    while text.startswith("'", place):
        place += 1
    return place
