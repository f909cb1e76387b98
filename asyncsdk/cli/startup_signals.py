"""Ctrl-C before a command has begun: there is nothing to tidy up, and no traceback to show.

This module is read first, and reads little itself: what comes before it cannot be kept from a traceback.
"""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["no_longer_starting", "started", "starting"]


def starting() -> bool:
    """While modules load, which takes up to a second, Ctrl-C ends the process in one line; gives whether."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # a shell's background job ignores Ctrl-C
        return False
    try:
        signal.signal(signal.SIGINT, _leave)
    except ValueError:  # not the main thread
        return False
    return True


def started() -> None:
    """From now on, Ctrl-C is the command's own affair."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def no_longer_starting(*, at_the_end: bool) -> None:
    """Let Ctrl-C be what it was before; at the end of the process it changes nothing any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN if at_the_end else signal.default_int_handler)


def _leave(*_: object) -> None:
    """An exception could be lost in a module that is half loaded, or be shown by it."""
    os.write(2, b"asyncsdk: interrupted\n")
    if "--json" in sys.argv:
        os.write(1, b'{"error": "interrupted", "exit": 130, "journal": null, "go_on": null}\n')
    os._exit(130)
