"""Clients of Redis, made from an address; nothing is connected before the first request.

redis-py sends a request up to eleven times, and waits up to five seconds for each. A limiter must know at once
whether Redis is there, so its client tries once, for a second. That of a store tries a few times: a new token is
worth a wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final, cast

from redis.asyncio import Redis, from_url
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff

from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_errors import REDIS_ERRORS

__all__ = ["close_client", "limiter_client", "place_of", "store_client"]

LIMITER_SECONDS: Final = 1.0
"""Seconds that a request of the limiter may take."""

STORE_SECONDS: Final = 2.0
"""Seconds that one attempt of a store's request may take."""

STORE_RETRIES: Final = 3


def limiter_client(address: RedisAddress) -> Redis:
    """A client for limiters: each request is sent once, and may take a second.

    Raises:
        InvalidArgument: the address cannot be used.
    """
    return _client(address, LIMITER_SECONDS, Retry(NoBackoff(), 0))


def store_client(address: RedisAddress) -> Redis:
    """A client for token stores: a request that fails is sent again a few times.

    Raises:
        InvalidArgument: the address cannot be used.
    """
    return _client(address, STORE_SECONDS, Retry(ExponentialWithJitterBackoff(cap=0.5, base=0.05), STORE_RETRIES))


def _client(address: RedisAddress, seconds: float, retry: Retry) -> Redis:
    address.check()
    return from_url(address.text, socket_timeout=seconds, socket_connect_timeout=seconds, retry=retry, protocol=2)


async def close_client(redis: Redis) -> None:
    """Close the connections of a client; one to a server that does not take its leave is closed all the same."""
    with suppress(*REDIS_ERRORS):
        await redis.aclose()


def place_of(redis: object) -> str:
    """Where a client connects to, without user and password: ``cache:6379``, or the path of a socket."""
    kwargs: object = getattr(getattr(redis, "connection_pool", None), "connection_kwargs", None)
    if not isinstance(kwargs, Mapping):
        return "its address"
    options = cast("Mapping[object, object]", kwargs)
    if "path" in options:
        return str(options["path"])
    if "host" not in options:  # such as one that asks sentinels
        return "its address"
    return f"{options['host']}:{options.get('port', 6379)}"
