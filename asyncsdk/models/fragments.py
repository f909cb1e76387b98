"""Models of headers and footers of messages."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing

__all__ = ["Fragment"]


@frozen
class Fragment:
    """A header or a footer; its keys are guessed after the fields that make one, for no answer is published."""

    id: str = ""
    """A whole number; the footer that every account has from its start is ``0``."""

    title: str = ""
    """The name that people see."""

    html: str = field(default="", repr=False)
    """What it puts into messages of HTML."""

    text: str = field(default="", repr=False)
    """What it puts into messages of plain text."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the answer said."""
