"""Signal handling while a command runs: the first signal lets it clean up, the second one ends it at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.startup_signals import end_startup

__all__ = ["ending_on_signals", "run_command"]

_EXITS: Final = {
    signal.Signals[name]: code
    for name, code in (("SIGINT", Exit.INTERRUPTED), ("SIGTERM", Exit.TERMINATED), ("SIGHUP", Exit.HUNG_UP))
    if name in signal.Signals.__members__  # Windows knows no SIGHUP
}
"""The exit code for each signal, as if the signal had killed the process."""


def run_command(command: Coroutine[Any, Any, int]) -> int:
    """Run a command to its exit code.

    Raises:
        Failure: a signal has ended it.
    """
    from asyncsdk.cli.cancellable_command import run_until_signal  # help does without asyncio

    end_startup()
    if threading.current_thread() is not threading.main_thread():
        return run_until_signal(command, {})
    handled = _default_handlers()
    try:
        return run_until_signal(command, {number: _EXITS[number] for number in handled})
    finally:
        for number, before in handled.items():
            signal.signal(number, before)


@contextmanager
def ending_on_signals() -> Generator[int | None]:
    """Let a signal end what no event loop runs, so that it leaves nothing behind.

    Gives a descriptor that can be read from once a signal has come, for ``select``: a read that begins in the very
    moment of the signal is not interrupted by it. None where there is no such thing.

    Raises:
        Failure: a signal came.
    """
    end_startup()
    if threading.current_thread() is not threading.main_thread():
        yield None
        return
    handled = _default_handlers()

    def end(number: int, _: FrameType | None) -> None:
        raise Failure(_EXITS[signal.Signals(number)], "interrupted")

    try:
        for number in handled:
            signal.signal(number, end)
        with _wakeup() as wakeup:
            yield wakeup
    finally:
        for number, before in handled.items():
            signal.signal(number, before)


@contextmanager
def _wakeup() -> Generator[int | None]:
    """A descriptor that can be read from once a signal has come."""
    if sys.platform == "win32":  # where nothing but sockets can be waited for
        yield None
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(before)
        os.close(reading)
        os.close(writing)


def _default_handlers() -> dict[signal.Signals, Any]:
    """The signals that end a command, and the handler of each, where that is Python's own.

    A shell's background jobs and ``nohup`` set another one.
    """
    found = {number: signal.getsignal(number) for number in _EXITS}
    own = {signal.default_int_handler, signal.SIG_DFL}
    return {number: handler for number, handler in found.items() if handler in own}
