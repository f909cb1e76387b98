"""Program that forks a process for each line of JSON that it reads, and kills them all when its input ends.

A line says ``who`` the process is, which ``work`` it does, and more for the work. Processes tell lines of JSON,
each short enough to be written in one piece.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any, Final

from benchmarks.work_put_worker import timed_puts
from benchmarks.work_queue_worker import web_process
from benchmarks.work_runs_worker import bulk_run
from benchmarks.work_tell import Tell, Work

__all__ = ["main"]

WORKS: Final[Mapping[str, Work]] = {"web": web_process, "puts": timed_puts, "run": bulk_run}


def main() -> None:
    """Fork until the input ends."""
    os.setpgid(0, 0)
    signal.signal(
        signal.SIGCHLD, signal.SIG_IGN
    )  # a killed process is gone at once, as where a server waits for it
    for line in sys.stdin:
        settings = json.loads(line)
        if os.fork() == 0:
            _be_a_process(settings)
    os.killpg(0, signal.SIGKILL)


def _be_a_process(settings: Mapping[str, Any]) -> None:
    ended = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        asyncio.run(_working(settings))
        ended = 0
    finally:
        os._exit(ended)


async def _working(settings: Mapping[str, Any]) -> None:
    tell = Tell(settings["who"])
    tell("began")
    try:
        await WORKS[settings["work"]](settings, tell)
    except Exception as error:
        tell("failed", f"{type(error).__name__}: {error}"[:1000])
        raise
    tell("ended")


if __name__ == "__main__":
    main()
