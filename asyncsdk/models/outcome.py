"""Outcome of a write."""

from __future__ import annotations

from attrs import field, frozen

from asyncsdk.redaction import masked_repr

__all__ = ["Outcome"]


@frozen
class Outcome:
    """The server's word that a write was done."""

    status: str = ""
    """``success``."""

    message: str = field(default="", repr=masked_repr)
    """A sentence, such as ``Record deleted``."""

    id: str | None = None
    """The id of what was made, where the server tells it."""
