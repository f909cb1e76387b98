"""Key names: which keys of an answer a shape may tell, and what stands for those that are data themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from asyncsdk.probe.text_kinds import kind_of_text

__all__ = ["known_keys_only", "plain_key"]

_PLAIN: Final = re.compile(r"[._$]{0,2}[A-Za-z][A-Za-z_.-]{0,39}\d{0,2}", re.ASCII)
"""A name that a programmer has given: letters first, hardly a digit."""


def plain_key(key: str) -> str:
    """The key itself where it is the name of a field, else its kind, such as ``<address>``."""
    kind = kind_of_text(key)
    if kind != "text" and not (kind == "Y or N" or key.isalpha()):
        return f"<{kind}>"
    return key if _PLAIN.fullmatch(key) else "<key>"


def known_keys_only(known: Collection[str], otherwise: str = "<heading>") -> Callable[[str], str]:
    """Key names of an object whose keys customers choose: only those that are known are told.

    Args:
        known: the keys that Act-On gives.
        otherwise: what stands for all others.
    """
    names = frozenset(known)
    return lambda key: key if key in names else otherwise
