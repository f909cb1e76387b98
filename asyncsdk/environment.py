"""A session's settings, read from environment variables."""

from __future__ import annotations

import os
from typing import TypedDict

from asyncsdk.errors import InvalidArgument
from asyncsdk.limits import Limits, RateLimiter
from asyncsdk.retry import RetryPolicy
from asyncsdk.schedule import PollPolicy
from asyncsdk.stores import FileStore, TokenStore
from asyncsdk.tokens import Grant, PasswordGrant, RefreshGrant, Token
from asyncsdk.wire import ClientSession, Timeout

__all__ = ["Options", "options_from"]


class Options(TypedDict, total=False):
    """The arguments of ``Session``."""

    grant: Grant | None
    token: str | Token | None
    store: TokenStore | None
    base_url: str
    limits: Limits
    retry: RetryPolicy
    polling: PollPolicy
    timeout: Timeout
    http: ClientSession | None
    limiter: RateLimiter | None


def options_from(prefix: str, given: Options) -> Options:
    """The options that the environment adds to the given ones.

    Raises:
        InvalidArgument: a variable is missing, or says nothing that can be used; it is named.
    """
    options = Options(**given)
    if "base_url" not in options and (base_url := os.environ.get(f"{prefix}BASE_URL")):
        options["base_url"] = base_url
    if "store" not in options and (path := os.environ.get(f"{prefix}TOKEN_FILE")):
        options["store"] = FileStore(path)
    if "limits" not in options and (text := os.environ.get(f"{prefix}CALLS_PER_SECOND")):
        options["limits"] = _limits(f"{prefix}CALLS_PER_SECOND", text)
    if options.get("grant") is None and options.get("token") is None:
        if token := os.environ.get(f"{prefix}TOKEN"):
            options["token"] = token
        else:
            options["grant"] = _grant(prefix)
    return options


def _limits(name: str, text: str) -> Limits:
    """The usual limits, with a part of the calls a second: what several processes share cannot be all of one's."""
    try:
        return Limits(calls_per_second=int(text))
    except ValueError:
        raise InvalidArgument(f"{name} must be a whole number, at least 1, not {text!r}.") from None


def _grant(prefix: str) -> Grant:
    refresh_token = os.environ.get(f"{prefix}REFRESH_TOKEN")
    if refresh_token:
        client_id, client_secret = _required(prefix, "CLIENT_ID", "CLIENT_SECRET")
        return RefreshGrant(client_id, client_secret, refresh_token)
    client_id, client_secret, username, password = _required(
        prefix, "CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD"
    )
    return PasswordGrant(client_id, client_secret, username, password)


def _required(prefix: str, *names: str) -> list[str]:
    values = [os.environ.get(prefix + name, "") for name in names]
    missing = [prefix + name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        raise InvalidArgument(f"Missing from the environment: {', '.join(missing)}.")
    return values
