"""Logins of many cold processes, and what a renewal that is killed costs."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.support.redis_server import programs, running
from tests.support.strict_server import StrictServer, strict_server
from tests.support.worker_processes import workers

__all__ = ["cold_logins", "lost_logins"]

MANY = 50
OTHERS = 8


async def cold_logins(client: str) -> int:
    """Logins of fifty processes that find no token."""
    with ExitStack() as stack:
        home = _home(stack)
        async with strict_server() as server:
            await _call_once(client, server, [f"w{number}" for number in range(MANY)], home)
            return await _logins(server)


async def lost_logins(client: str) -> int:
    """Logins that a process costs which is killed between the answer to its refresh and its saving."""
    with ExitStack() as stack:
        home = _home(stack)
        async with strict_server() as server:
            await _call_once(client, server, ["first"], home)
            await server.end_token()
            await _call_once(client, server, ["dies"], home, dies_saving=True)
            await _call_once(client, server, [f"w{number}" for number in range(OTHERS)], home)
            return await _logins(server) - 1


def _home(stack: ExitStack) -> dict[str, Any]:
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    redis = stack.enter_context(running(next(iter(programs().values()))))
    return {"path": str(Path(folder) / "token"), "redis_url": redis.url, "account": "a"}


async def _call_once(
    client: str, server: StrictServer, who: list[str], home: dict[str, Any], **settings: bool
) -> None:
    one = {"callers": 1, "calls": 1, "logs_in": True, **home, **settings}
    async with workers(client, who, url=server.url, seconds=60, **one) as group:
        await group.finished()


async def _logins(server: StrictServer) -> int:
    return [each.who for each in await server.arrivals()].count("login")
