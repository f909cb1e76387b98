"""Worker processes of one account: each calls as fast as its limiter lets it, and tells of each call.

As a program it takes its settings as JSON. It loads the library once and forks the workers, so that many cost
little. They begin when its input ends. They tell lines of JSON, each short enough to be written in one piece.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from itertools import count
from typing import Any

from tests.support.worker_clients import CLIENTS, Client, MakeCall

__all__ = ["main"]


def main(clients: Mapping[str, Client]) -> None:
    """Start the workers, and end when they have ended."""
    settings = json.loads(sys.argv[1])
    client = clients[settings["client"]]
    ready = client(settings) if settings.get("made_before_fork") else None
    for who in settings["who"]:
        if os.fork() == 0:
            ended = 1
            try:
                own = {**settings, **settings["each"].get(who, {})}
                asyncio.run(_Worker(who, own).run(ready or client(own)))
                ended = 0
            finally:
                os._exit(ended)
    for _ in settings["who"]:
        os.wait()


class _Worker:
    """One worker process."""

    def __init__(self, who: str, settings: Mapping[str, Any]) -> None:
        self._who = who
        self._settings = settings
        self._numbers = count()
        self._stop = 0.0

    async def run(self, client: AbstractAsyncContextManager[MakeCall]) -> None:
        """Call until the time is over, or until all calls are made."""
        try:
            async with client as call:
                self._tell("ready", os.getpid())
                await asyncio.to_thread(sys.stdin.read)
                used = time.process_time()
                self._stop = time.monotonic() + self._settings["seconds"]
                callers = [asyncio.create_task(self._caller(call)) for _ in range(self._settings["callers"])]
                await asyncio.wait(callers, timeout=self._settings["seconds"])
                for caller in callers:
                    caller.cancel()
                await asyncio.gather(*callers, return_exceptions=True)
                self._tell("ended", time.process_time() - used)
        except Exception as error:
            self._tell("failed", f"{type(error).__name__}: {error}"[:1000])
            raise

    async def _caller(self, call: MakeCall) -> None:
        wanted = self._settings.get("calls")
        while time.monotonic() < self._stop:
            number = next(self._numbers)
            if wanted is not None and number >= wanted:
                return
            began = time.monotonic()
            error = None
            try:
                await call(f"{self._who}.{number}@example.com")
            except Exception as failed:
                error = f"{type(failed).__name__}: {failed}"[:200]
            self._tell("call", [began, time.monotonic(), error])
            await asyncio.sleep(0.2 if error else self._settings.get("rest", 0.0))

    def _tell(self, what: str, value: object) -> None:
        os.write(1, json.dumps([self._who, what, value]).encode() + b"\n")


if __name__ == "__main__":
    main(CLIENTS)
