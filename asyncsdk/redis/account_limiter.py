"""Account limiter: the rate limiter of one account for the processes that meet in Redis."""

from __future__ import annotations

from typing import Protocol

from asyncsdk.limits.limiter import Limiter
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.protocol import RateLimiter
from asyncsdk.redis.outage_mode import OutageMode
from asyncsdk.redis.script import RedisClient

__all__ = ["AccountLimiter", "account_limiter"]


class AccountLimiter(RateLimiter, Protocol):
    """Rate limiter that is closed when nobody uses it any more."""

    async def close(self) -> None:
        """End its work."""
        ...


class _LocalLimiter(Limiter):
    """Stands in until ``RedisLimiter`` is there."""

    async def close(self) -> None:
        """Nothing is open."""


def account_limiter(redis: RedisClient, account: str, limits: Limits, outage: OutageMode) -> AccountLimiter:
    """The limiter of an account."""
    del redis, account, outage
    return _LocalLimiter(limits)
