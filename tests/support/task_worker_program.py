"""Worker processes of taskiq: forked from one that has loaded all, each runs what ``taskiq worker`` runs in one.

As a program it starts one for each line of input, which holds its settings as JSON (see ``task_workers``). The
tasks note what they do in one file, a line of JSON each, short enough to be written in one piece.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from taskiq import AsyncBroker
from taskiq.cli.worker.args import WorkerArgs
from taskiq.cli.worker.run import start_listen
from taskiq_redis import RedisAsyncResultBackend, RedisStreamBroker

from asyncsdk.fleet.taskiq.broker import DurableBroker
from tests.support import task_notes
from tests.support.acton_tasks import add_acton_tasks

__all__ = ["broker_of", "from_environment", "main"]

SETTINGS = "TASK_WORKER_SETTINGS"


def broker_of(settings: Mapping[str, Any]) -> AsyncBroker:
    """The broker of a test, with its tasks.

    Args:
        settings: ``url``, ``events`` (path of the file of notes), and ``broker`` (what a ``DurableBroker`` takes),
            or ``stock`` (what taskiq-redis's own takes); ``acton`` for tasks with sessions.
    """
    url = settings["url"]
    broker: AsyncBroker = (
        RedisStreamBroker(url, **settings["stock"])
        if "stock" in settings
        else DurableBroker(url, **settings["broker"])
    )
    prefix = settings["results"]
    broker = broker.with_result_backend(RedisAsyncResultBackend(url, prefix_str=prefix, result_ex_time=600))
    _add_tasks(broker, settings["events"])
    if "acton" in settings:
        add_acton_tasks(broker, settings)
    return broker


def _add_tasks(broker: AsyncBroker, path: str) -> None:
    def note(what: str, name: str) -> None:
        task_notes.note(path, what, name)

    def may_end(name: str) -> bool:
        return Path(f"{path}.{name}").exists()

    async def work(name: str, seconds: float = 0.0) -> str:
        note("began", name)
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            note("cancelled", name)
            raise
        note("ended", name)
        return name

    async def block(name: str, seconds: float) -> str:
        note("began", name)
        time.sleep(seconds)  # noqa: ASYNC251
        note("ended", name)
        return name

    async def die(name: str) -> None:
        note("began", name)
        os.kill(os.getpid(), signal.SIGKILL)

    async def wait(name: str) -> str:
        note("began", name)
        try:
            while not may_end(name):  # noqa: ASYNC110 - another process says so
                await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            note("cancelled", name)
            raise
        note("ended", name)
        return name

    for task in (work, wait, block, die):
        broker.register_task(task, task.__name__)


def from_environment() -> AsyncBroker:
    """The broker of a worker that ``taskiq worker`` starts."""
    return broker_of(json.loads(os.environ[SETTINGS]))


def main() -> None:
    """Start a worker for each line of input, which holds its settings; end with the input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who ended leaves nothing behind
    for line in sys.stdin:
        if (worker := os.fork()) == 0:
            ended = 1
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                settings = json.loads(line)
                start_listen(WorkerArgs(broker=broker_of(settings), modules=[], **settings["worker"]))
                ended = 0
            finally:
                os._exit(ended)
        os.write(1, b"%d\n" % worker)


if __name__ == "__main__":
    main()
