"""Signal handling at startup: Ctrl-C ends the process in one line, without a traceback.

This module is imported first, and imports little itself: nothing guards what comes before it.
"""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["end_startup", "handle_early_interrupt", "restore_interrupt"]


def handle_early_interrupt() -> bool:
    """Let Ctrl-C end the process in one line while modules load; gives whether the handler is set."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is _exit_at_once:
        return True
    if handler is not signal.default_int_handler:  # a shell's background job ignores Ctrl-C
        return False
    try:
        signal.signal(signal.SIGINT, _exit_at_once)
    except ValueError:  # not the main thread
        return False
    return True


def end_startup() -> None:
    """Give Ctrl-C to the command from now on."""
    if signal.getsignal(signal.SIGINT) is _exit_at_once:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def restore_interrupt(*, process_ends: bool) -> None:
    """Restore the handler of Ctrl-C; at the end of the process ignore the signal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN if process_ends else signal.default_int_handler)


def _exit_at_once(*_: object) -> None:
    """Exit without an exception, which a half-loaded module could lose or print."""
    os.write(2, b"asyncsdk: interrupted\n")
    if "--json" in sys.argv:
        os.write(1, b'{"error": "interrupted", "exit": 130, "journal": null, "go_on": null}\n')
    os._exit(130)
