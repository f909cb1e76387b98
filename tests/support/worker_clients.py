"""Clients of worker processes: what makes their calls, by the limits that they share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

from asyncsdk import FileStore, Lane, Limits, PasswordGrant, Session
from asyncsdk.api import Contacts
from asyncsdk.auth.token_store import TokenStore
from asyncsdk.limits.protocol import RateLimiter
from asyncsdk.limits.shared.file_limiter import FileLimiter
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.routing.route import route_of
from asyncsdk.transport.call_options import CallOptions
from tests.support.dying_store import DyingStore
from tests.support.harmed_limiter import HarmedLimiter
from tests.support.strict_server import STATIC_TOKEN

__all__ = ["CLIENTS", "Client", "MakeCall"]

MakeCall: TypeAlias = Callable[[str], Awaitable[object]]
"""Makes one call for an address."""

Client: TypeAlias = Callable[[Mapping[str, Any]], AbstractAsyncContextManager[MakeCall]]
"""Makes what opens and makes a worker's calls, by the settings."""

_UPSERT = route_of(Contacts.upsert)


def by_file(settings: Mapping[str, Any]) -> AbstractAsyncContextManager[MakeCall]:
    """Sessions that share a file, and with it the limits."""
    store, options = FileStore(settings["path"]), _session_options(settings)
    if "harm" in settings:
        options["limiter"] = _harmed(store.limiter(options["limits"]), settings)
    return _calls_of(Session(store=_dying(store, settings), **options), settings)


def by_file_without_travel(settings: Mapping[str, Any]) -> AbstractAsyncContextManager[MakeCall]:
    """Sessions whose limiter thinks that calls arrive when they leave: the control that a server must see."""
    files = [Path(settings["path"] + ending) for ending in (".limits", ".usage")]
    limiter = FileLimiter(*files, rules=Rules(travel=0.0, opening=0.0))
    return _calls_of(Session(limiter=limiter, **_session_options(settings)), settings)


def by_redis(settings: Mapping[str, Any]) -> AbstractAsyncContextManager[MakeCall]:
    """Sessions of a fleet; where a part is another one than usual, they are built by their parts."""
    return _by_parts(settings) if {"harm", "dies_saving", "rules"} & settings.keys() else _by_fleet(settings)


def alone(settings: Mapping[str, Any]) -> AbstractAsyncContextManager[MakeCall]:
    """Sessions that know nothing of each other."""
    return _calls_of(Session(**_session_options(settings)), settings)


CLIENTS: Mapping[str, Client] = {
    "file": by_file,
    "file without travel": by_file_without_travel,
    "redis": by_redis,
    "alone": alone,
}


@asynccontextmanager
async def _by_fleet(settings: Mapping[str, Any]) -> AsyncIterator[MakeCall]:
    from asyncsdk.fleet import Fleet  # only here: workers that share a file need no redis

    async with (
        Fleet.from_url(settings["redis_url"], outage=settings.get("outage", "share")) as fleet,
        fleet.session(settings["account"], **_session_options(settings)) as acton,
    ):
        yield _upserts(acton, settings)


@asynccontextmanager
async def _by_parts(settings: Mapping[str, Any]) -> AsyncIterator[MakeCall]:
    from redis.asyncio import Redis

    from asyncsdk.fleet import RedisLimiter, RedisStore

    account, options = settings["account"], _session_options(settings)
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(Redis.from_url(settings["redis_url"], socket_timeout=1.0))
        rules = Rules(**settings.get("rules", {}))
        limiter = RedisLimiter(redis, account=account, limits=options["limits"], rules=rules)
        stack.push_async_callback(limiter.close)
        store = _dying(RedisStore(redis, account=account), settings)
        session = Session(store=store, limiter=_harmed(limiter, settings), **options)
        yield _upserts(await stack.enter_async_context(session), settings)


@asynccontextmanager
async def _calls_of(session: Session, settings: Mapping[str, Any]) -> AsyncIterator[MakeCall]:
    async with session as acton:
        yield _upserts(acton, settings)


def _harmed(limiter: RateLimiter, settings: Mapping[str, Any]) -> RateLimiter:
    """The limiter, or one that harms its process where the settings say so."""
    return HarmedLimiter(limiter, **settings["harm"]) if "harm" in settings else limiter


def _dying(store: TokenStore, settings: Mapping[str, Any]) -> TokenStore:
    """The store, or one that kills its process."""
    return DyingStore(store) if settings.get("dies_saving") else store


def _session_options(settings: Mapping[str, Any]) -> dict[str, Any]:
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
