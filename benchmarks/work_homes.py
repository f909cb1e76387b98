"""Where the queues of a benchmark keep their rows: a file of one process, a folder, or Redis."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

from asyncsdk import FileStore, Limits, PollPolicy, Session
from asyncsdk.queue import ContactQueue
from asyncsdk.queue.batch import HoldTimes
from asyncsdk.queue.options import QueueTiming
from tests.support.redis_server import RedisServer, programs, running

__all__ = ["DURABLE", "HEADINGS", "HOMES", "Home", "at_home", "homes_server"]

HOMES: Final = ("folder", "redis")
"""Where the processes of a queue meet."""

HEADINGS: Final = ("Email", "First Name", "Score")

QUEUE_NAME: Final = "sign-ups"

TIMING: Final = QueueTiming(hold=HoldTimes(5.0, 5.0))
"""An emulator has what it was sent: no copy of a killed sender is on its way for ten minutes."""

DURABLE: Final = ("--appendonly", "yes", "--appendfsync", "everysec")
"""Options of a Redis that keeps what it has over its own death."""


@contextmanager
def homes_server(with_redis: bool) -> Iterator[tuple[dict[str, str], RedisServer | None]]:
    """A folder, and a Redis where it is wanted, for as long as the block runs.

    Gives what processes are told of both, and the server.
    """
    with ExitStack() as stack:
        told = {"folder": stack.enter_context(tempfile.TemporaryDirectory())}
        server = None
        if with_redis:
            server = stack.enter_context(running(next(iter(programs().values())), options=DURABLE))
            told["redis_url"] = server.url
        yield told, server


class Home:
    """A session, and the queues that are opened with it.

    Args:
        acton: the session.
        settings: what the process was told: ``folder``, ``redis_url``.
        fleet: the fleet of the session, if it has one.
    """

    def __init__(self, acton: Session, settings: Mapping[str, Any], fleet: Any = None) -> None:
        self._acton = acton
        self._settings = settings
        self._fleet = fleet

    def queue(self, kind: str, list_id: str, **options: Any) -> ContactQueue:
        """A queue that is to be opened.

        Args:
            kind: ``folder``, ``redis``, ``memory`` (no journal at all), or any other name: a file of this process.
            list_id: the list.
            options: more for the queue.
        """
        caller = self._acton._caller
        return ContactQueue(
            caller, caller.check_open, list_id, journal=self._journal(kind), timing=TIMING, **options
        )

    def _journal(self, kind: str) -> Any:
        folder = Path(self._settings["folder"])
        if kind == "folder":
            return folder / "queue"
        if kind == "memory":
            return None
        if kind == "redis":
            return self._fleet.queue_journal(QUEUE_NAME)
        return folder / f"{self._settings['who']}-{kind}.journal"


@asynccontextmanager
async def at_home(settings: Mapping[str, Any]) -> AsyncIterator[Home]:
    """Open a session whose limits all processes of the account share, in Redis where there is one."""
    options: dict[str, Any] = {
        "token": settings["token"],
        "base_url": settings["url"],
        "limits": Limits(**settings.get("limits", {})),
        "polling": PollPolicy(**settings.get("polling", {})),
    }
    async with AsyncExitStack() as stack:
        if not settings.get("redis_url"):
            store = FileStore(Path(settings["folder"]) / "token")
            yield Home(await stack.enter_async_context(Session(store=store, **options)), settings)
            return
        from asyncsdk.fleet import Fleet

        fleet = await stack.enter_async_context(Fleet.from_url(settings["redis_url"]))
        acton = await stack.enter_async_context(fleet.session("a", **options))
        yield Home(acton, settings, fleet)
