"""About a run: the version, the day, and the server by a name that is not the account's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version

from attrs import frozen

from asyncsdk import clock
from asyncsdk.http.hosts import EU, US
from asyncsdk.probe.check import Access

__all__ = ["AboutRun", "about_run"]


@frozen
class AboutRun:
    """About one run."""

    version: str
    """The version of asyncsdk."""

    day: str
    """The day of the run, UTC."""

    server: str
    """Act-On's host, ``emulator``, or ``another host``."""

    access: tuple[Access, ...]
    """What the checks were allowed to do."""


def about_run(base_url: str, access: Iterable[Access], *, emulator: bool) -> AboutRun:
    """The facts of a run that its report tells.

    Args:
        base_url: the server.
        access: what the checks were allowed to do.
        emulator: whether the account was a private emulator's.
    """
    known = {US: "api.actonsoftware.com", EU: "api-eu.actonsoftware.com"}
    server = "emulator" if emulator else known.get(base_url.rstrip("/"), "another host")
    day = datetime.fromtimestamp(clock.wall(), UTC).strftime("%Y-%m-%d")
    allowed = set(access)
    return AboutRun(version("asyncsdk"), day, server, tuple(each for each in Access if each in allowed))
