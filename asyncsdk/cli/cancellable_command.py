"""Cancellable command: a coroutine in its event loop, which the first signal cancels."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Mapping
from types import FrameType
from typing import Any

from asyncsdk.cli.exit_codes import Exit, Failure

__all__ = ["run_until_signal"]


def run_until_signal(command: Coroutine[Any, Any, int], exits: Mapping[signal.Signals, Exit]) -> int:
    """Run a command to its exit code.

    Args:
        command: the command.
        exits: the signals that end it, and the exit code of each.

    Raises:
        Failure: a signal has ended it.
    """
    run = _CancellableCommand(exits)
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


class _CancellableCommand:
    """A command that the first signal cancels.

    Args:
        exits: the signals that end it, and the exit code of each.
    """

    def __init__(self, exits: Mapping[signal.Signals, Exit]) -> None:
        self.ended_by: Exit | None = None
        self._exits = exits

    async def run(self, command: Coroutine[Any, Any, int]) -> int:
        """Run it."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def interrupt(number: int, _: FrameType | None) -> None:
            self.ended_by = self._exits[signal.Signals(number)]
            self._restore_system_handlers()
            if task is not None:
                loop.call_soon_threadsafe(task.cancel)

        for number in self._exits:
            signal.signal(number, interrupt)
        return await command

    def _restore_system_handlers(self) -> None:
        """Let the next signal end the process at once; SIGHUP, which comes several times, is ignored."""
        for number, code in self._exits.items():
            signal.signal(number, signal.SIG_IGN if code is Exit.HUNG_UP else signal.SIG_DFL)
