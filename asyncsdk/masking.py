"""Hiding e-mail addresses in everything that may be logged."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["mask", "masked_repr"]

_ADDRESS = re.compile(r"[^\s<>\"'=,;:&?/()\[\]{}@]+(?:@|%40)[^\s<>\"'=,;:&?/()\[\]{}@]+")


def mask(text: str) -> str:
    """The text with each e-mail address replaced by ``***@***``."""
    return _ADDRESS.sub("***@***", text) if "@" in text or "%40" in text else text


def masked_repr(value: Any) -> str:
    """``repr(value)`` with addresses masked: the ``repr=`` of a field that may hold one."""
    return mask(repr(value))
