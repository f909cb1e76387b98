"""Signal handling while a command runs: the first signal lets it clean up, the second one ends it at once."""

from __future__ import annotations

import asyncio
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
    end_startup()
    if threading.current_thread() is not threading.main_thread():
        return asyncio.run(command)
    handled = {number: before for number in _EXITS if _is_default_handler(before := signal.getsignal(number))}
    run = _CancellableCommand(list(handled))
    try:
        return asyncio.run(run.run(command))
    except asyncio.CancelledError:
        if run.ended_by is None:
            raise
        raise Failure(run.ended_by, "interrupted") from None
    except Failure as failure:
        if run.ended_by is None or failure.code is not Exit.INTERRUPTED:
            raise
        failure.code = run.ended_by
        raise
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
    handled = {number: before for number in _EXITS if _is_default_handler(before := signal.getsignal(number))}

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


def _is_default_handler(handler: object) -> bool:
    """Whether the handler is Python's own; a shell's background jobs and ``nohup`` set another one."""
    return handler in {signal.default_int_handler, signal.SIG_DFL}


class _CancellableCommand:
    """A command that the first signal cancels.

    Args:
        handled: the signals that end it.
    """

    def __init__(self, handled: list[int]) -> None:
        self.ended_by: Exit | None = None
        self._signals = handled

    async def run(self, command: Coroutine[Any, Any, int]) -> int:
        """Run it."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def interrupt(number: int, _: FrameType | None) -> None:
            self.ended_by = _EXITS[signal.Signals(number)]
            self._restore_system_handlers()
            if task is not None:
                loop.call_soon_threadsafe(task.cancel)

        for number in self._signals:
            signal.signal(number, interrupt)
        return await command

    def _restore_system_handlers(self) -> None:
        """Let the next signal end the process at once; SIGHUP, which comes several times, is ignored."""
        for number in self._signals:
            hangs_up = _EXITS[signal.Signals(number)] is Exit.HUNG_UP
            signal.signal(number, signal.SIG_IGN if hangs_up else signal.SIG_DFL)
