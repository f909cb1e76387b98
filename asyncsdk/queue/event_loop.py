"""Event loop of a queue: its clock, and the check that the queue is used in no other one."""

from __future__ import annotations

import asyncio

from asyncsdk.queue.results import WrongLoop

__all__ = ["check_event_loop", "loop_time"]


def loop_time() -> float:
    """Seconds on the clock of the event loop that runs here."""
    return asyncio.get_running_loop().time()


def check_event_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Refuse to go on where this loop does not run: nothing would ever wake those who wait.

    Raises:
        WrongLoop: another one runs here, or none.
    """
    try:
        here = asyncio.get_running_loop()
    except RuntimeError:
        here = None
    if here is not loop:
        how = "which has ended" if loop.is_closed() else "perhaps another thread's"
        raise WrongLoop(
            f"This queue was opened in another event loop, {how}. Open and use it in one: within one"
            " asyncio.run, and there close it."
        )
