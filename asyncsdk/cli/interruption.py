"""Ctrl-C: the first one lets a command tidy up, the second one ends it at once."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Coroutine
from typing import Any

from asyncsdk.cli.starting import started

__all__ = ["run_command"]


def run_command(command: Coroutine[Any, Any, int]) -> int:
    """Run a command to its exit code.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed, and the command had nothing to say about it.
    """
    started()
    before = signal.getsignal(signal.SIGINT)
    heeded = before is signal.default_int_handler  # a shell's background job ignores Ctrl-C
    if not heeded or threading.current_thread() is not threading.main_thread():
        return asyncio.run(command)
    try:
        return asyncio.run(_cancelled_by_signal(command))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, before)


async def _cancelled_by_signal(command: Coroutine[Any, Any, int]) -> int:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()

    def interrupt(*_: object) -> None:
        # From now on the system's own way: it needs no event loop that still goes round.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if task is not None:
            loop.call_soon_threadsafe(task.cancel)

    signal.signal(signal.SIGINT, interrupt)
    return await command
