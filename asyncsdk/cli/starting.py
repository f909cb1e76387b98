"""Ctrl-C before a command has begun: there is nothing to tidy up, and no traceback to show."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["started", "starting"]


@contextmanager
def starting() -> Generator[None]:
    """While modules load, which takes up to a second, Ctrl-C ends the process in one line."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # a shell's background job ignores Ctrl-C
        yield
        return
    try:
        signal.signal(signal.SIGINT, _leave)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def started() -> None:
    """From now on, Ctrl-C is the command's own affair."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave(*_: object) -> None:
    """An exception could be lost in a module that is half loaded, or be shown by it."""
    os.write(2, b"asyncsdk: interrupted\n")
    if "--json" in sys.argv:
        os.write(1, b'{"error": "interrupted", "exit": 130, "journal": null, "go_on": null}\n')
    os._exit(130)
