"""E-mail addresses: which are usable, checked one by one or a thousand at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["address_problem", "all_normalized", "all_usable", "normalized_address"]

LONGEST: Final = 254

_NEVER: Final = r"@,;:<>\"()\[\]\\\x00-\x20\x7f"
"""ASCII characters that the part before the ``@`` cannot hold."""

# Invisible characters (U+200B and its like) do not belong to an address: they are copied by accident.
_LOCAL = rf"[^{_NEVER}\s\xad\u200b-\u200f\u2060\ufeff\ud800-\udfff]+"
_LABEL = r"[\w-]+"
_ADDRESS: Final = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})+")
_ADDRESSES: Final = re.compile(rf"(?:{_LOCAL}@{_LABEL}(?:\.{_LABEL})++\n)*+")

_ASCII_LABEL = r"[0-9A-Za-z_-]++"
_ASCII_ADDRESSES: Final = re.compile(rf"(?:[^{_NEVER}]++@{_ASCII_LABEL}(?:\.{_ASCII_LABEL})++\n)*+")
"""The same for ASCII alone, nearly three times as fast: no character is asked for its Unicode category."""


def address_problem(address: str) -> str | None:
    """Reason why an e-mail address is unusable, or None."""
    if not address:
        return "no address"
    if len(address) > LONGEST or not _ADDRESS.fullmatch(address):
        return "impossible address"
    return None


def all_usable(addresses: Sequence[str]) -> bool:
    """Whether every one of many addresses is usable; much faster than one by one."""
    lines = "\n".join(addresses) + "\n"
    return (
        max(map(len, addresses), default=0) <= LONGEST
        and lines.count("\n") == len(addresses)  # an address that holds a line end would count as two
        and (_ASCII_ADDRESSES if lines.isascii() else _ADDRESSES).fullmatch(lines) is not None
    )


def normalized_address(address: str) -> str:
    """The form in which two spellings of one address are equal: Act-On ignores its case."""
    return address.strip().lower()


def all_normalized(addresses: Sequence[str]) -> Sequence[str]:
    """The same form of many usable addresses."""
    lines = "\n".join(addresses)
    lower = lines.lower()
    return addresses if lower == lines else lower.split("\n")
