"""Settings of a session, read from environment variables."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypedDict

from attrs import frozen

from asyncsdk.auth.grants import Grant, PasswordGrant, RefreshGrant
from asyncsdk.auth.token_store import TokenStore
from asyncsdk.auth.tokens import Token
from asyncsdk.errors import InvalidArgument
from asyncsdk.http.retry_policy import RetryPolicy
from asyncsdk.jobs.poll_schedule import PollPolicy
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.protocol import RateLimiter
from asyncsdk.transport.connection import ClientSession, Connection, Timeout

if TYPE_CHECKING:
    from asyncsdk.auth.file_store import FileStore
    from asyncsdk.telemetry.observer import Observer

__all__ = ["OwnedParts", "SessionOptions", "SessionSettings", "SharedSessionOptions", "session_settings_from"]


class SharedSessionOptions(TypedDict, total=False):
    """The arguments of ``Session`` that leave open what it shares with others."""

    grant: Grant | None
    token: str | Token | None
    base_url: str
    limits: Limits
    retry: RetryPolicy
    polling: PollPolicy
    timeout: Timeout
    http: ClientSession | None
    observer: Observer | Sequence[Observer] | None


class SessionOptions(SharedSessionOptions, total=False):
    """The arguments of ``Session``."""

    store: TokenStore | None
    limiter: RateLimiter | None


class OwnedParts(Protocol):
    """Parts that a session opens and closes, as nobody else knows of them."""

    async def open(self) -> None:
        """Connect them."""
        ...

    async def close(self) -> None:
        """Close them; twice is harmless."""
        ...


@frozen(eq=False, repr=False)
class SessionSettings:
    """Settings of a session: its arguments, and what it owns."""

    options: SessionOptions
    owned: OwnedParts | None


def session_settings_from(prefix: str, given: SessionOptions) -> SessionSettings:
    """The settings that the environment makes of the given options.

    A line end behind a value is dropped: it comes along when a secret is read from a file.

    Raises:
        InvalidArgument: a variable is missing, or says nothing that can be used; it is named.
    """
    options = SessionOptions(**given)
    if "base_url" not in options and (base_url := _value(f"{prefix}BASE_URL")):
        options["base_url"] = _checked_url(f"{prefix}BASE_URL", base_url)
    if "limits" not in options and (text := _value(f"{prefix}CALLS_PER_SECOND")):
        options["limits"] = _limits(f"{prefix}CALLS_PER_SECOND", text)
    owned = _add_store(prefix, options) if "store" not in options else None
    if options.get("grant") is None and options.get("token") is None:
        if _value(f"{prefix}TOKEN"):
            options["token"] = _token(f"{prefix}TOKEN")
        else:
            options["grant"] = _grant(prefix)
    return SessionSettings(options, owned)


def _add_store(prefix: str, options: SessionOptions) -> OwnedParts | None:
    """Add the store that the environment names, and the limiter that belongs to it."""
    there = {name for name in ("TOKEN_FILE", "REDIS_URL", "ACCOUNT") if _value(prefix + name)}
    if {"TOKEN_FILE", "REDIS_URL"} <= there:
        raise InvalidArgument(
            f"Set {prefix}REDIS_URL or {prefix}TOKEN_FILE, not both: the token is kept in one place."
        )
    if len(there & {"REDIS_URL", "ACCOUNT"}) == 1:
        given, missing = ("REDIS_URL", "ACCOUNT") if "REDIS_URL" in there else ("ACCOUNT", "REDIS_URL")
        raise InvalidArgument(
            f"Missing from the environment: {prefix}{missing}. {prefix}{given} needs it: processes with the same"
            f" {prefix}ACCOUNT share that account's limits and token by Redis."
        )
    if "REDIS_URL" in there:
        return _add_redis(prefix, options)
    if "TOKEN_FILE" in there:
        options["store"] = _file_store(f"{prefix}TOKEN_FILE", _value(f"{prefix}TOKEN_FILE"))
    return None


def _add_redis(prefix: str, options: SessionOptions) -> OwnedParts:
    try:
        from asyncsdk.redis.redis_address import RedisAddress
        from asyncsdk.redis.session_parts import SessionParts
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "redis":
            raise
        raise InvalidArgument(f'{prefix}REDIS_URL needs redis-py: pip install "asyncsdk[fleet]".') from None
    address, name = RedisAddress(_value(f"{prefix}REDIS_URL")), "REDIS_URL"
    try:
        address.check()
        name = "ACCOUNT"
        parts = SessionParts(address, _value(f"{prefix}ACCOUNT"), options.get("limits", Limits()))
    except InvalidArgument as error:
        raise InvalidArgument(f"{prefix}{name}: {error}") from None
    options["store"] = parts.store
    if options.get("limiter") is None:
        options["limiter"] = parts.limiter
    return parts


def _checked_url(name: str, url: str) -> str:
    try:
        Connection(url, Timeout(), None)
    except ValueError as error:
        raise InvalidArgument(f"{name} cannot be used: {error}") from None
    return url


def _file_store(name: str, path: str) -> FileStore:
    from asyncsdk.auth.file_store import FileStore

    try:
        return FileStore(Path(path).expanduser())
    except (RuntimeError, ValueError):
        raise InvalidArgument(f"{name} must be the path of a file, not {path!r}.") from None


def _limits(name: str, text: str) -> Limits:
    """The usual limits, with fewer calls a second: the rest is for programs that do not share these limits."""
    try:
        return Limits(calls_per_second=float(text))
    except ValueError:
        raise InvalidArgument(
            f"{name} must be a number, at least 0.001, such as 2 or 0.5, not {text[:40]!r}."
        ) from None


# Secrets are in no variable of these functions: they would show in the tracebacks of their own errors.


def _token(name: str) -> Token:
    token = Token(_value(name))
    if not token.is_usable():
        raise InvalidArgument(f"{name} must be visible ASCII characters, without blanks.")
    return token


def _grant(prefix: str) -> Grant:
    if _value(f"{prefix}REFRESH_TOKEN"):
        return RefreshGrant(*_required(prefix, "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"))
    return PasswordGrant(*_required(prefix, "CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD"))


def _required(prefix: str, *names: str) -> list[str]:
    missing = [prefix + name for name in names if not _value(prefix + name)]
    if missing:
        raise InvalidArgument(f"Missing from the environment: {', '.join(missing)}.")
    broken = [prefix + name for name in names if not _is_one_line(_value(prefix + name))]
    if broken:
        raise InvalidArgument(f"No line of text: {', '.join(broken)}.")
    return [_value(prefix + name) for name in names]


def _value(name: str) -> str:
    return os.environ.get(name, "").rstrip("\r\n")


def _is_one_line(text: str) -> bool:
    return not any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)
