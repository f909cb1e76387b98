"""Completion of ``asyncsdk call``: lets the script of a shell name the calls."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Literal, cast

from cyclopts import App

from asyncsdk.api import TABLE

__all__ = ["named_calls"]


@contextmanager
def named_calls(app: App) -> Generator[None]:
    """Context in which the command ``call`` of an app takes one of the names of calls, and words behind it."""
    command = app["call"]
    before = command.default_command
    command.default_command = _call_by_name()
    try:
        yield
    finally:
        command.default_command = before


def _call_by_name() -> Callable[..., None]:
    """A command that is completed, and not run."""

    def call(name: str, /, *words: str) -> None: ...

    call.__annotations__["name"] = cast("Any", Literal)[tuple(TABLE)]
    return call
