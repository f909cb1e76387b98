"""Worker processes of one account: each calls as fast as its limiter lets it, and tells of each call.

As a program it takes its settings as JSON. It loads the library once and forks the workers, so that many cost
little. They begin when its input ends. They tell lines of JSON, each short enough to be written in one piece.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from asyncsdk import ActOnError, FileStore, Lane, Limits, PasswordGrant, Session, Token
from asyncsdk.api import Contacts
from asyncsdk.limits.shared.file_limiter import FileLimiter
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.routing.route import route_of
from asyncsdk.transport.call_options import CallOptions
from tests.support.strict_server import STATIC_TOKEN

__all__ = ["CLIENTS", "Client", "MakeCall", "main", "session_options", "upserts"]

MakeCall: TypeAlias = Callable[[str], Awaitable[object]]
"""Makes one call for an address."""

Client: TypeAlias = Callable[[Mapping[str, Any]], AbstractAsyncContextManager[MakeCall]]
"""Opens what makes a worker's calls, by the settings."""

UPSERT = route_of(Contacts.upsert)


def session_options(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What every kind of session gets."""
    options: dict[str, Any] = {"base_url": settings["url"], "limits": Limits(**settings.get("limits", {}))}
    if settings.get("logs_in"):
        return options | {"grant": PasswordGrant("client", "secret", "user", "password")}
    return options | {"token": STATIC_TOKEN}


def upserts(acton: Session, settings: Mapping[str, Any]) -> MakeCall:
    """Calls of one lane."""
    options = CallOptions(Lane(settings.get("lane", "interactive")))

    async def call(email: str) -> object:
        arguments = {"list_id": "l-0001", "email": email, "data": {"First Name": "Ada"}}
        return await acton.call(UPSERT, arguments, options)

    return call


class DyingStore(FileStore):
    """Kills its process when a token is to be saved: between the answer to a renewal and its keeping."""

    async def save(self, token: Token, owner: str = "") -> None:
        """Die."""
        os.kill(os.getpid(), signal.SIGKILL)


@asynccontextmanager
async def by_file(settings: Mapping[str, Any]) -> AsyncIterator[MakeCall]:
    """Sessions that share a file, and with it the limits."""
    store = (DyingStore if settings.get("dies_saving") else FileStore)(settings["path"])
    async with Session(store=store, **session_options(settings)) as acton:
        yield upserts(acton, settings)


@asynccontextmanager
async def by_file_without_travel(settings: Mapping[str, Any]) -> AsyncIterator[MakeCall]:
    """Sessions whose limiter thinks that calls arrive when they leave: the control that a server must see."""
    files = [Path(settings["path"] + ending) for ending in (".limits", ".usage")]
    limiter = FileLimiter(*files, rules=Rules(travel=0.0, opening=0.0))
    async with Session(limiter=limiter, **session_options(settings)) as acton:
        yield upserts(acton, settings)


@asynccontextmanager
async def by_redis(settings: Mapping[str, Any]) -> AsyncIterator[MakeCall]:
    """Sessions of a fleet."""
    from asyncsdk.fleet import Fleet  # only here: workers that share a file need no redis

    async with (
        Fleet.from_url(settings["redis_url"], outage=settings.get("outage", "share")) as fleet,
        fleet.session(settings["account"], **session_options(settings)) as acton,
    ):
        yield upserts(acton, settings)


@asynccontextmanager
async def alone(settings: Mapping[str, Any]) -> AsyncIterator[MakeCall]:
    """Sessions that know nothing of each other."""
    async with Session(**session_options(settings)) as acton:
        yield upserts(acton, settings)


CLIENTS: Mapping[str, Client] = {
    "file": by_file,
    "file without travel": by_file_without_travel,
    "redis": by_redis,
    "alone": alone,
}


def main(clients: Mapping[str, Client]) -> None:
    """Start the workers, and end when they have ended."""
    settings = json.loads(sys.argv[1])
    for who in settings["who"]:
        if os.fork() == 0:
            ended = 1
            try:
                asyncio.run(_Worker(who, settings).run(clients[settings["client"]]))
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

    async def run(self, client: Client) -> None:
        """Call until the time is over, or until all calls are made."""
        try:
            async with client(self._settings) as call:
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
            except ActOnError as failed:
                error = f"{type(failed).__name__}: {failed}"[:200]
            self._tell("call", [began, time.monotonic(), error])
            await asyncio.sleep(0.2 if error else self._settings.get("rest", 0.0))

    def _tell(self, what: str, value: object) -> None:
        os.write(1, json.dumps([self._who, what, value]).encode() + b"\n")


if __name__ == "__main__":
    main(CLIENTS)
