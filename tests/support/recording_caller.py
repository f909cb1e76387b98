"""Caller that sends nothing: it keeps the request that each call would have sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from asyncsdk import TABLE, Request, Route
from asyncsdk.api import NAMESPACES


class RecordingCaller:
    """Takes calls instead of a session, and keeps the request that each would have sent."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.routes: list[Route] = []

    async def call(self, route: Route, arguments: dict[str, Any]) -> Any:
        """Keep the request."""
        return self.walk(route, arguments)

    def walk(self, route: Route, arguments: dict[str, Any]) -> Any:
        """Keep the request."""
        self.routes.append(route)
        self.requests.append(route.compile(arguments))

    def job(self, report: type[Any], job_id: str, account_id: str | None = None) -> Any:
        """Give back what was asked for."""
        return report, job_id


def request_of(name: str, make: Callable[[Any], Any]) -> Request:
    """The request that a call of a namespace's method becomes."""
    caller = RecordingCaller()
    made = make(NAMESPACES[name.partition(".")[0]](caller))
    if asyncio.iscoroutine(made):
        asyncio.run(made)
    assert [route.name for route in caller.routes] == [name]
    return caller.requests[0]


def compiled(name: str, *args: Any, **kwargs: Any) -> Request:
    """What a route makes of these arguments."""
    route = TABLE[name]
    return route.compile(route.bind(args, kwargs))


def readable(parts: Any) -> Any:
    """Multipart fields with those that hold JSON read back."""
    if parts is None:
        return None
    return {
        name: json.loads(value) if name in {"uploadspecs", "mergespecs"} else value for name, value in parts.items()
    }
