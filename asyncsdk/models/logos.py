"""Models of ``logos``: logos, which messages show."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire

__all__ = ["Logo"]


@frozen
class Logo:
    """A logo, which messages may show."""

    id: str = ""
    """Such as ``i-4``."""

    title: str = ""
    """The name that people see."""

    url: str = field(default="", metadata=wire("url_str"))
    """Where the picture is."""

    stamped_url: str = field(default="", metadata=wire("url_str_ts"))
    """The same address with the time of the answer, which gets around caches."""

    alt_text: str = field(default="", metadata=wire("alt_txt"))
    """What is shown where the picture is not."""

    tooltip: str = field(default="", metadata=wire("tool_tip"))
    """What is shown when the mouse rests on it."""

    target_url: str = ""
    """Where a click leads."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the answer said."""
