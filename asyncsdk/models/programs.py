"""Models of ``programs``: automated programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire

__all__ = ["Program", "ProgramFolder", "ProgramType", "Programs"]

ProgramType: TypeAlias = Literal["TRACK", "EVENT", "LIST_MAINT"]
"""Automated programs, webinars that are to come, and maintenance of lists."""


@frozen
class Program:
    """One program."""

    id: str = ""
    """Such as ``tr-0001``."""

    name: str = ""
    """The name that people see."""

    description: str = ""
    """A user's remark."""

    state: str = field(default="", metadata=wire("progstate"))
    """A word of the server, such as ``draft``."""

    running: bool | None = None
    """Whether it runs."""

    scheduled: bool | None = None
    """Whether it is scheduled."""

    valid: bool | None = None
    """Whether the server calls it valid."""

    favorite: bool | None = field(default=None, metadata=wire("isFavorite"))
    """Whether it is marked as a favorite."""

    active: int | None = None
    """A number; what it counts is not published."""

    source_ids: tuple[str, ...] = field(default=(), metadata=wire("srcIds"))
    """The ids of its sources."""

    source_names: tuple[str, ...] = field(default=(), metadata=wire("srcNames"))
    """The names of its sources."""

    message_ids: tuple[str, ...] = field(default=(), metadata=wire("messageIds"))
    """The messages that it sends."""

    tag_names: tuple[str, ...] = field(default=(), metadata=wire("tagNames"))
    """Its tags."""

    created: datetime | None = field(default=None, metadata=wire("createdTS"))
    """When it was made."""

    created_text: str | None = field(default=None, metadata=wire("created"))
    """The same in the account's time zone, such as ``Oct 7 2019 11:52 AM GMT-12:00``."""

    modified: datetime | None = field(default=None, metadata=wire("modifiedTs"))
    """When it was last changed; 1970 where the server says 0."""

    modified_text: str | None = field(default=None, metadata=wire("modified"))
    """When it was last changed, in the account's time zone."""

    next_run: datetime | None = field(default=None, metadata=wire("nextrunTS"))
    """When it runs next; 1970 where the server says 0."""

    next_run_text: str | None = field(default=None, metadata=wire("nextrun"))
    """When it runs next, in the account's time zone."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=False, metadata=REST)
    """Whatever else the answer said."""


@frozen
class ProgramFolder:
    """One folder of programs."""

    id: int | None = None
    """The folder's number; -1 has been seen, of a folder without a name."""

    name: str = ""
    """The folder's name."""

    programs: tuple[Program, ...] = ()
    """What is in it."""


@frozen
class Programs:
    """The programs of one type."""

    folders: tuple[ProgramFolder, ...] = ()
    """The programs by folder."""

    any_running: bool | None = field(default=None, metadata=wire("anyRunning"))
    """Whether any of them runs."""
