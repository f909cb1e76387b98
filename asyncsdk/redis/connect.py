"""Clients of Redis, made from an address; nothing is connected before the first request.

redis-py sends a request up to eleven times, and waits up to five seconds for each. A limiter must know at once
whether Redis is there, so its client tries once, for a second. That of a store tries a few times: a new token is
worth a wait.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, cast
from urllib.parse import parse_qs, urlsplit

from redis.asyncio import Redis, from_url
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff

from asyncsdk.errors import InvalidArgument

__all__ = ["check_redis_url", "limiter_client", "place_of", "store_client"]

LIMITER_SECONDS: Final = 1.0
"""Seconds that a request of the limiter may take."""

STORE_SECONDS: Final = 2.0
"""Seconds that one attempt of a store's request may take."""

STORE_RETRIES: Final = 3

_LONGEST: Final = 2_000

_DATABASE: Final = re.compile(r"/?[0-9]{0,5}", re.ASCII)

_TLS_OPTIONS: Final = frozenset(
    {
        "ssl_ca_certs",
        "ssl_ca_path",
        "ssl_cert_reqs",
        "ssl_certfile",
        "ssl_check_hostname",
        "ssl_keyfile",
        "ssl_password",
    }
)
_OPTIONS: Final = {
    "redis": frozenset({"db"}),
    "rediss": frozenset({"db"}) | _TLS_OPTIONS,
    "unix": frozenset({"db", "password"}),
}
"""What may stand behind the ``?`` of an address: where to go, and how. How long to wait is not the address's."""


def limiter_client(url: str) -> Redis:
    """A client for limiters: each request is sent once, and may take a second.

    Raises:
        InvalidArgument: the address cannot be used.
    """
    return _client(url, LIMITER_SECONDS, Retry(NoBackoff(), 0))


def store_client(url: str) -> Redis:
    """A client for token stores: a request that fails is sent again a few times.

    Raises:
        InvalidArgument: the address cannot be used.
    """
    return _client(url, STORE_SECONDS, Retry(ExponentialWithJitterBackoff(cap=0.5, base=0.05), STORE_RETRIES))


def _client(url: str, seconds: float, retry: Retry) -> Redis:
    check_redis_url(url)
    return from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=retry, protocol=2)


def place_of(redis: object) -> str:
    """Where a client connects to, without user and password: ``cache:6379``, or the path of a socket."""
    kwargs: object = getattr(getattr(redis, "connection_pool", None), "connection_kwargs", None)
    if not isinstance(kwargs, Mapping):
        return "its address"
    options = cast("Mapping[object, object]", kwargs)
    if "path" in options:
        return str(options["path"])
    return f"{options.get('host', 'localhost')}:{options.get('port', 6379)}"


def check_redis_url(url: object) -> None:
    """Check an address: ``redis://host:6379/0``, ``rediss://`` for TLS, ``unix:///path``.

    Raises:
        InvalidArgument: it cannot be used. No part of it is shown, as it may hold a password.
    """
    if not isinstance(url, str) or not url.isprintable() or " " in url or len(url) > _LONGEST:
        raise _unusable("it is no line of text without blanks")
    try:
        parts = urlsplit(url)
        port, options = parts.port, parse_qs(parts.query, keep_blank_values=True)
    except ValueError:
        raise _unusable("host and port cannot be told apart") from None
    if parts.scheme not in _OPTIONS:
        raise _unusable("it begins with none of redis://, rediss:// and unix://")
    if parts.fragment:
        raise _unusable("it holds a '#'")
    if parts.scheme == "unix":
        if not parts.path.strip("/") or parts.hostname:
            raise _unusable("it names no path of a socket")
    elif not parts.hostname or port == 0:
        raise _unusable("it names no host")
    elif _DATABASE.fullmatch(parts.path) is None:
        raise _unusable("behind the host there may only be the number of a database")
    _check_options(parts.scheme, options)


def _check_options(scheme: str, options: Mapping[str, Sequence[str]]) -> None:
    known = _OPTIONS[scheme]
    if not options.keys() <= known:
        raise _unusable(f"behind the '?' of {scheme}:// there may only be {', '.join(sorted(known))}")
    if any(_DATABASE.fullmatch(number) is None for number in options.get("db", ())):
        raise _unusable("'db' is the number of a database")
    if not {*options.get("ssl_cert_reqs", ())} <= {"none", "optional", "required"}:
        raise _unusable("'ssl_cert_reqs' is none, optional or required")


def _unusable(why: str) -> InvalidArgument:
    return InvalidArgument(
        f"The address of Redis cannot be used: {why}. It is like redis://cache:6379/0, rediss://... with TLS, or"
        " unix:///path/to/socket; user:password and '@' may stand before the host. A password has %2F, %23, %3F,"
        " %40 and %25 for '/', '#', '?', '@' and '%'."
    )
