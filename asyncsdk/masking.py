"""Hiding e-mail addresses in everything that may be logged."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["mask", "masked_repr"]

_END = r"""\s<>"=,;:&?/()\[\]{}@"""
"""What ends an address in the texts around it; an apostrophe does, too, but not within a name."""

_ADDRESS = re.compile(
    rf"""
    (?: "[^"\n]{{1,64}}"                           # a quoted name
      | (?<![^{_END}']) [^{_END}'] [^{_END}]*      # a plain one, looked for only where one can begin
      | [=&?/{{}}'] )                              # or what is left of one of odd characters
    [=&?/{{}}']*
    (?: @ | %40 )
    (?: \[[^\s\]]+\] | [^{_END}']*[^{_END}'.] )
    """,
    re.VERBOSE,
)


def mask(text: str) -> str:
    """The text with each e-mail address replaced by ``***@***``."""
    return _ADDRESS.sub("***@***", text) if "@" in text or "%40" in text else text


def masked_repr(value: Any) -> str:
    """``repr(value)`` with addresses masked: the ``repr=`` of a field that may hold one."""
    return mask(repr(value))
