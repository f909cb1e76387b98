"""Models of ``images``: images, and the folders that listings of the library come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Generic, TypeVar

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire

__all__ = ["Folder", "Image", "ImageEntry"]

T = TypeVar("T")


@frozen
class Folder(Generic[T]):
    """One folder of a listing, and what it holds."""

    name: str = field(default="", metadata=wire("name", "folder"))
    """The folder's name."""

    entries: tuple[T, ...] = ()
    """What is in it."""


@frozen
class ImageEntry:
    """One image of a listing."""

    id: str = ""
    """Such as ``f-745b73d6-234d-4082-90ed-f0071c51fa36``."""

    name: str = ""
    """The name that people see."""

    url: str = ""
    """Where the picture is."""

    thumbnail_url: str = field(default="", metadata=wire("thumb"))
    """The address of its thumbnail."""

    size: int | None = None
    """Its length in bytes."""

    width: int | None = None
    """How many pixels it is wide."""

    height: int | None = None
    """How many pixels it is high."""

    created: datetime | None = field(default=None, metadata=wire("creation_time"))
    """When it was added."""

    modified: datetime | None = field(default=None, metadata=wire("last_modified"))
    """When it was last changed."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the answer said."""


@frozen
class Image:
    """An image by itself."""

    id: str = ""
    """Such as ``f-745b73d6-234d-4082-90ed-f0071c51fa36``."""

    name: str = field(default="", metadata=wire("display_name"))
    """The name that people see."""

    folder: str = field(default="", metadata=wire("folder_name"))
    """The folder that it is in."""

    url: str = field(default="", metadata=wire("image_url"))
    """Where the picture is."""

    thumbnail_url: str = field(default="", metadata=wire("thumb_url"))
    """The address of its thumbnail."""

    size: int | None = None
    """Its length in bytes."""

    version: int | None = None
    """Its version; older answers do not tell it."""

    created: datetime | None = field(default=None, metadata=wire("creation_time"))
    """When it was added."""

    modified: datetime | None = field(default=None, metadata=wire("last_modified"))
    """When it was last changed."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the answer said."""
