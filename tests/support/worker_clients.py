"""Clients of worker processes: what makes their calls, by the limits that they share."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

from asyncsdk import FileStore, Lane, Limits, PasswordGrant, Session, Token
from asyncsdk.api import Contacts
from asyncsdk.limits.shared.file_limiter import FileLimiter
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.routing.route import route_of
from asyncsdk.transport.call_options import CallOptions
from tests.support.harmed_limiter import HarmedLimiter
from tests.support.strict_server import STATIC_TOKEN

__all__ = ["CLIENTS", "Client", "MakeCall"]

MakeCall: TypeAlias = Callable[[str], Awaitable[object]]
"""Makes one call for an address."""

Client: TypeAlias = Callable[[Mapping[str, Any]], AbstractAsyncContextManager[MakeCall]]
"""Opens what makes a worker's calls, by the settings."""

_UPSERT = route_of(Contacts.upsert)


def _session_options(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What every kind of session gets."""
    options: dict[str, Any] = {"base_url": settings["url"], "limits": Limits(**settings.get("limits", {}))}
    if settings.get("logs_in"):
        return options | {"grant": PasswordGrant("client", "secret", "user", "password")}
    return options | {"token": STATIC_TOKEN}


def _upserts(acton: Session, settings: Mapping[str, Any]) -> MakeCall:
    """Calls of one lane."""
    options = CallOptions(Lane(settings.get("lane", "interactive")))

    async def call(email: str) -> object:
        arguments = {"list_id": "l-0001", "email": email, "data": {"First Name": "Ada"}}
        return await acton.call(_UPSERT, arguments, options)

    return call


class _DyingStore(FileStore):
    """Kills its process when a token is to be saved: between the answer to a renewal and its keeping."""

    async def save(self, token: Token, owner: str = "") -> None:
        """Die."""
        os.kill(os.getpid(), signal.SIGKILL)


@asynccontextmanager
async def by_file(settings: Mapping[str, Any]) -> AsyncIterator[MakeCall]:
    """Sessions that share a file, and with it the limits."""
    store = (_DyingStore if settings.get("dies_saving") else FileStore)(settings["path"])
    options = _session_options(settings)
    if "harm" in settings:
        options["limiter"] = HarmedLimiter(store.limiter(options["limits"]), **settings["harm"])
    async with Session(store=store, **options) as acton:
        yield _upserts(acton, settings)


@asynccontextmanager
async def by_file_without_travel(settings: Mapping[str, Any]) -> AsyncIterator[MakeCall]:
    """Sessions whose limiter thinks that calls arrive when they leave: the control that a server must see."""
    files = [Path(settings["path"] + ending) for ending in (".limits", ".usage")]
    limiter = FileLimiter(*files, rules=Rules(travel=0.0, opening=0.0))
    async with Session(limiter=limiter, **_session_options(settings)) as acton:
        yield _upserts(acton, settings)


@asynccontextmanager
async def by_redis(settings: Mapping[str, Any]) -> AsyncIterator[MakeCall]:
    """Sessions of a fleet."""
    from asyncsdk.fleet import Fleet  # only here: workers that share a file need no redis

    async with (
        Fleet.from_url(settings["redis_url"], outage=settings.get("outage", "share")) as fleet,
        fleet.session(settings["account"], **_session_options(settings)) as acton,
    ):
        yield _upserts(acton, settings)


@asynccontextmanager
async def alone(settings: Mapping[str, Any]) -> AsyncIterator[MakeCall]:
    """Sessions that know nothing of each other."""
    async with Session(**_session_options(settings)) as acton:
        yield _upserts(acton, settings)


CLIENTS: Mapping[str, Client] = {
    "file": by_file,
    "file without travel": by_file_without_travel,
    "redis": by_redis,
    "alone": alone,
}
