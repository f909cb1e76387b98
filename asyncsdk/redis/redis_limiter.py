"""Redis limiter: the limits of one account for all processes on all machines, which share a Redis.

One script in Redis decides. A process asks when its turn comes, with one timer, however many of its calls wait, and
has one request on its way at most.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import ActOnError, SessionClosed, StoreFailed
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.shared.member import AccountMember
from asyncsdk.limits.shared.place import SharedPlace
from asyncsdk.limits.shared.process_name import process_name
from asyncsdk.limits.shared.reported_usage import usage_from
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turn_wait import wait_for_turn
from asyncsdk.limits.shared.turns import LANES, lane_index
from asyncsdk.limits.tally import Tally
from asyncsdk.redis.account_keys import checked_account
from asyncsdk.redis.connect import LIMITER_SECONDS
from asyncsdk.redis.redis_coordinator import RedisCoordinator
from asyncsdk.redis.redis_errors import REDIS_ERRORS, reason
from asyncsdk.redis.script import RedisClient

__all__ = ["RedisLimiter"]

HEARTBEAT: Final = 10.0
"""Seconds after which a process that is in use says that it lives."""

IDLE: Final = 300.0
"""Seconds after its last call for which a process is in use."""


class RedisLimiter:
    """Rate limiter of all processes that name the same account in one Redis; it serves one event loop.

    Args:
        redis: the client, which stays the caller's.
        account: the name of the account.
        limits: what the account is allowed.
        rules: the constants; tests of the tests give others.
    """

    def __init__(
        self, redis: RedisClient, *, account: str, limits: Limits | None = None, rules: Rules | None = None
    ) -> None:
        self.limits: Limits = limits or Limits()
        self._account = checked_account(account)
        rules = rules or Rules()
        self._coordinator = RedisCoordinator(redis, self._account, rules)
        self._member = AccountMember(
            process_name(),
            self.limits,
            rules,
            store_keeps_day=False,
            on_due=self._schedule,
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._asking: asyncio.Task[None] | None = None
        self._asked_at = -inf
        self._used_at = -inf
        self._closed = False

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> SharedPlace:
        """Wait for a place in every budget.

        Raises:
            QuotaExhausted: the day or the logins are spent, the server asked for a pause longer than
                ``longest_pause``, or the wait would be longer than ``max_wait``.
            StoreFailed: Redis refuses.
            SessionClosed: the limiter is closed.
            ActOnError: it is in use in another event loop.
        """
        loop = self._bound_loop()
        if self._closed:
            raise _closed()
        self._used_at = clock.monotonic()
        index = lane_index(lane, login=login)
        turn: asyncio.Future[SharedPlace] = loop.create_future()
        self._member.join(index, turn)
        return await wait_for_turn(self._member, index, turn)

    def throttled(self, retry_after: float | None) -> None:
        """Report a 429: the calls of all processes wait for so many seconds, or until the second is over."""
        self._member.throttled(retry_after)

    def usage(self) -> Usage:
        """What is spent and what is left, of all processes, as Redis said at last: 10 seconds ago at most."""
        reply = self._member.reply
        if reply is None:
            return Usage(0, self.limits.calls_per_day, 0.0, self.limits.grants_per_hour, 0.0)
        return usage_from(reply, self.limits, source="Redis")

    def drain(self) -> Tally:
        """Give the logins that were counted since the last time: by them a store tells those that failed."""
        counted = self._member.counted.take_unsynced()
        return Tally(logins=counted.logins, withdrawn=counted.withdrawn)

    def undrain(self, tally: Tally) -> None:
        """Take back what a store could not add."""
        self._member.counted.put_back(tally)

    def adopt(self, kept: Tally) -> None:
        """Do nothing: Redis counts the calls of all."""

    async def close(self) -> None:
        """Say that this process leaves, if Redis can be reached; its waiting callers get ``SessionClosed``."""
        if self._closed:
            return
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._member.queue.reject(range(len(LANES)), _closed)
        if self._asking is not None:
            await asyncio.wait({self._asking})
        if self._asked_at > -inf:
            try:
                now = clock.monotonic()
                await self._coordinator.decide(self._member.request(now, leaving=True), LIMITER_SECONDS)
            except REDIS_ERRORS:
                pass  # it is forgotten after a while in any case

    # -- requests --------------------------------------------------------------------------------------------------

    def _schedule(self) -> None:
        """Set the one timer to the time at which Redis is asked next."""
        loop = self._loop
        if self._closed or self._asking is not None or loop is None:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = clock.monotonic()
        at = self._member.ask_at
        if now - self._used_at < IDLE:
            at = min(at, self._asked_at + HEARTBEAT)
        if at < inf:
            self._timer = loop.call_later(max(0.0, at - now), self._begin_request, loop)

    def _begin_request(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        self._asking = loop.create_task(self._ask())

    async def _ask(self) -> None:
        """Make one request, and take its reply."""
        now = self._asked_at = clock.monotonic()
        request = self._member.request(now)
        try:
            reply = await self._coordinator.decide(request, LIMITER_SECONDS)
        except REDIS_ERRORS as error:
            self._refuse(error)
        else:
            self._member.answered(request, reply, now)
        finally:
            self._asking = None
            self._schedule()

    def _refuse(self, error: BaseException) -> None:
        why = reason(error)
        self._member.queue.reject(
            range(len(LANES)),
            lambda: StoreFailed(f"Redis refuses to keep the limits of account {self._account}: {why}."),
        )

    def _bound_loop(self) -> asyncio.AbstractEventLoop:
        """The event loop, which is the one of the first call.

        Raises:
            ActOnError: this is another one.
        """
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        elif loop is not self._loop:
            raise ActOnError(
                "This RedisLimiter belongs to another event loop, as its connections do. Make a Fleet, or a"
                " RedisLimiter and its client, in each: they share the limits by Redis."
            )
        return loop


def _closed() -> SessionClosed:
    return SessionClosed("The limiter is closed. Nothing was sent.")
