"""An emulator that runs in a thread, so that a command can run in the test's own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

from attrs import frozen

from asyncsdk.emulator import Emulator, Settings

T = TypeVar("T")


@frozen
class Served:
    """The emulator, and the way into its thread."""

    server: Emulator
    loop: asyncio.AbstractEventLoop
    environment: dict[str, str]
    """What a command must find to use it."""

    def ask(self, question: Callable[[Emulator], T]) -> T:
        """Ask the emulator something in its own thread."""

        async def answer() -> T:
            return question(self.server)

        return asyncio.run_coroutine_threadsafe(answer(), self.loop).result(5)

    def new_list(self, *headings: str) -> str:
        """An empty list with these columns."""
        return self.ask(lambda server: server.add_list("Contacts", list(headings)))

    def emails(self, list_id: str) -> list[str]:
        """The first cell of each record."""
        return [row[0] for row in self.ask(lambda server: server.rows(list_id))]

    def count(self, route: str) -> int:
        """How many calls of a route have arrived."""
        return self.ask(lambda server: len(server.calls.of(route)))


@contextmanager
def served() -> Generator[Served]:
    """Run an emulator that is quick and knows no limits: the client's own are what is tested."""
    begun: Future[Served] = Future()
    over: list[Callable[[], object]] = []

    async def serve() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        over.append(lambda: loop.call_soon_threadsafe(stop.set))
        settings = Settings(calls_per_second=None, logins_per_hour=None, job_pending=0.0, job_running=0.1)
        async with Emulator(settings) as server:
            environment = {f"ACTON_{name.upper()}": value for name, value in server.credentials.items()}
            begun.set_result(Served(server, loop, {**environment, "ACTON_BASE_URL": server.url}))
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        yield begun.result(60)
    finally:
        for end in over:
            end()
        thread.join(60)
