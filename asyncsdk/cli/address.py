"""Whether an address can be mailed to at all."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["problem_with"]

LONGEST: Final = 254
_LOCAL = re.compile(r"[^@\s,;:<>\"()\[\]\\\x00-\x20\x7f]+")
_LABEL = re.compile(r"[\w-]+")


def problem_with(address: str) -> str | None:
    """Why nobody could be mailed at this address; None if somebody could."""
    if not address:
        return "no address"
    local, _, domain = address.rpartition("@")
    labels = domain.split(".")
    if (
        len(address) > LONGEST
        or not _LOCAL.fullmatch(local)
        or len(labels) < 2
        or not all(_LABEL.fullmatch(label) for label in labels)
    ):
        return "impossible address"
    return None
