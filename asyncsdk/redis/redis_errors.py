"""Errors of Redis in the words of this library: what happened, in one bounded line without anything secret."""

from __future__ import annotations

from typing import Final

from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    InvalidResponse,
    RedisClusterException,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as ConnectionFailed
from redis.exceptions import TimeoutError as TimedOut

from asyncsdk.redaction import message_text

__all__ = ["REDIS_ERRORS", "is_away", "reason"]

REDIS_ERRORS: Final = (RedisError, RedisClusterException, OSError, EOFError, ValueError)
"""What a request to Redis raises. A server that answers in no known form ends in a ``ValueError``, too."""

_AWAY: Final = (ConnectionFailed, TimedOut, ClusterDownError, TryAgainError, InvalidResponse, OSError, EOFError)

_REFUSED: Final = (AuthenticationError, AuthorizationError)

_LONGEST: Final = 200


def is_away(error: BaseException) -> bool:
    """Whether the server did not answer, or cannot work now, so that it may answer later."""
    if isinstance(error, BusyLoadingError):
        return True
    if isinstance(error.__cause__, (ResponseError, *_REFUSED)):  # what a server says on a socket file
        return is_away(error.__cause__)
    return isinstance(error, _AWAY) and not isinstance(error, _REFUSED)


def reason(error: BaseException) -> str:
    """What happened, on one line.

    A server that does not know a command repeats how its arguments begin, a token among them: that is left out.
    """
    said = str(error).partition(", with args beginning with")[0]
    return message_text(" ".join(said.split()), _LONGEST).removesuffix(".") or type(error).__name__
