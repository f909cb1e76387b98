"""Key names: which keys of an answer a shape may tell, and what stands for those that are data themselves."""

from __future__ import annotations

import re
from typing import Any, Final

import attrs
from attrs import field, frozen

from asyncsdk.probe.text_kinds import kind_of_text

__all__ = ["PLAIN_KEYS", "KeyNames", "wire_names"]

_PLAIN: Final = re.compile(r"[._$]{0,2}[A-Za-z][A-Za-z_.-]{0,39}\d{0,2}", re.ASCII)
"""A name that a programmer has given: letters first, hardly a digit."""


@frozen
class KeyNames:
    """Key names of an answer: which keys are told as they are."""

    known: frozenset[str] | None = None
    """The keys that Act-On gives, where customers choose others; None: every key that looks like a name."""

    plain_above: int = field(default=0, kw_only=True)
    """Levels from the top, such as a page's envelope, whose keys customers do not choose; an array ends them."""

    otherwise: str = field(default="<heading>", kw_only=True)
    """What stands for a key that a customer chose."""

    def name(self, key: str, depth: int) -> str:
        """The name that stands for a key in a shape: itself, or what kind of key it is.

        Args:
            key: the key.
            depth: levels above it.
        """
        if self.known is not None and depth >= self.plain_above:
            return key if key in self.known else self.otherwise
        kind = kind_of_text(key)
        if kind != "text" and not key.isalpha():
            return f"<{kind}>"
        return key if _PLAIN.fullmatch(key) else "<key>"


PLAIN_KEYS: Final = KeyNames()
"""Every key that looks like the name of a field."""


def wire_names(model: Any) -> frozenset[str]:
    """The keys that a model reads."""
    return frozenset(
        wire
        for each in attrs.fields(model)
        if "rest" not in each.metadata
        for wire in each.metadata.get("wire", (each.name,))
    )
