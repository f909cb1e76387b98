"""E-mail addresses: which can be mailed to, and in which form they are compared."""

from __future__ import annotations

import re

__all__ = ["normalized", "usable"]

_ADDRESS = re.compile(r"[^@\s,;:<>\"()\[\]\\]+@(?:[^@\s,;:<>\"()\[\]\\.]+\.)+[^@\s,;:<>\"()\[\]\\.]+")


def usable(email: str) -> bool:
    """Whether an address can be mailed to; what exactly Act-On rejects is not published."""
    text = email.strip()
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def normalized(email: str) -> str:
    """An address in the form in which addresses are compared."""
    return email.strip().casefold()
