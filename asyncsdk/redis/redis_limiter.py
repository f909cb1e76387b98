"""Redis limiter: the limits of one account for all processes on all machines, which meet in a Redis.

One script in Redis decides. A process asks it when its turn comes, with one timer, however many of its calls wait,
and has one request on its way at most.
"""

from __future__ import annotations

import asyncio

from asyncsdk import clock
from asyncsdk.errors import ActOnError, SessionClosed
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
from asyncsdk.redis.checked_client import require_client
from asyncsdk.redis.outage import Outage
from asyncsdk.redis.outage_mode import OutageMode, checked_outage
from asyncsdk.redis.redis_coordinator import RedisCoordinator
from asyncsdk.redis.script import RedisClient
from asyncsdk.redis.turn_exchange import TurnExchange

__all__ = ["RedisLimiter"]


class RedisLimiter:
    """Rate limiter of all processes that name the same account in one Redis; it serves one event loop.

    Args:
        redis: the client, which stays the caller's. No request is waited for longer than a second.
        account: the name of the account: letters, digits and ``._-``.
        limits: what the account is allowed.
        outage: what calls do while Redis is away: ``"share"``: each process goes on with the part of the second
            that it was given beforehand; ``"wait"``: they wait; ``"refuse"``: they end at once in
            ``FleetUnavailable``.
        rules: the constants; tests give others.

    Raises:
        InvalidArgument: ``redis`` is no client, the name cannot be used, or ``outage`` is none of the three.
    """

    def __init__(
        self,
        redis: RedisClient,
        *,
        account: str,
        limits: Limits | None = None,
        outage: OutageMode = "share",
        rules: Rules | None = None,
    ) -> None:
        require_client(redis)
        self.limits: Limits = limits or Limits()
        account, mode, rules = checked_account(account), checked_outage(outage), rules or Rules()
        self._member = AccountMember("", self.limits, rules, store_keeps_day=False, on_due=self._schedule)
        self._outage = Outage(account, mode)
        coordinator = RedisCoordinator(redis, account, rules)
        self._exchange = TurnExchange(self._member, coordinator, self._outage, mode, rules)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def look(self) -> None:
        """Ask Redis what is spent, so that ``usage`` knows it before the first call."""
        loop = self._bound_loop()
        if self._member.reply is None and not self._closed:
            await self._exchange.look(loop)

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> SharedPlace:
        """Wait for a place in every budget.

        Raises:
            QuotaExhausted: the day or the logins are spent, the server asked for a pause longer than
                ``longest_pause``, or the wait would be longer than ``max_wait``.
            FleetUnavailable: Redis is away, and ``outage`` is ``"refuse"``.
            StoreFailed: Redis refuses.
            SessionClosed: the limiter is closed.
            ActOnError: it belongs to another event loop.
        """
        loop = self._bound_loop()
        if self._closed:
            raise _closed()
        self._exchange.begin(loop)
        index = lane_index(lane, login=login)
        turn: asyncio.Future[SharedPlace] = loop.create_future()
        self._member.join(index, turn)
        return await wait_for_turn(self._member, index, turn)

    def throttled(self, retry_after: float | None) -> None:
        """Report a 429: the calls of all processes wait for so many seconds, or until the second is over."""
        self._member.throttled(retry_after)

    def usage(self) -> Usage:
        """What is spent and what is left, of all processes, as Redis said at last: some seconds ago at the most."""
        reply, away = self._member.reply, self._outage.lasts(clock.monotonic())
        if reply is None:
            limits = self.limits
            return Usage(
                0, limits.calls_per_day, 0.0, limits.grants_per_hour, 0.0, source="Redis", unreachable_for=away
            )
        return usage_from(reply, self.limits, source="Redis", unreachable_for=away)

    def drain(self) -> Tally:
        """Give the logins that were counted since the last time: by them a store tells those that failed."""
        counted = self._member.counted.take_unsynced()
        return Tally(logins=counted.logins, withdrawn=counted.withdrawn)

    def undrain(self, tally: Tally) -> None:
        """Take back what the store could not add."""
        self._member.counted.put_back(tally)

    def adopt(self, kept: Tally) -> None:
        """Do nothing: Redis counts the calls of all."""

    async def close(self) -> None:
        """Leave the account, if Redis can be asked; callers that wait get ``SessionClosed``.

        Raises:
            ActOnError: it belongs to another event loop.
        """
        if self._closed:
            return
        if self._loop is not None:
            self._bound_loop()
        self._closed = True
        self._member.queue.reject(range(len(LANES)), _closed)
        await self._exchange.end()

    def _schedule(self) -> None:
        self._exchange.schedule()

    def _bound_loop(self) -> asyncio.AbstractEventLoop:
        """The event loop, which is the one of the first call.

        Raises:
            ActOnError: this is another one.
        """
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
            self._member.restart(process_name())  # here: a process that is forked later has another name
        elif loop is not self._loop:
            raise ActOnError(
                "This RedisLimiter belongs to another event loop, as its connections do. Make a Fleet, or a"
                " RedisLimiter and its client, in each: they share the limits by Redis."
            )
        return loop


def _closed() -> SessionClosed:
    return SessionClosed("The limiter is closed. Nothing was sent.")
