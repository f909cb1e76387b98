"""Turn exchange: carries the requests of a process to Redis, one at a time, and the replies back.

While Redis is away, it tries again a few times a second, and meanwhile goes on as its mode says. A process goes on
alone only when all calls are over that Redis has let through before. Who finds Redis again first closes the account
there for as long as others may not have noticed that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from copy import copy
from math import inf
from typing import Any, Final

from attrs import evolve
from redis.exceptions import TimeoutError as TimedOut

from asyncsdk import clock
from asyncsdk.errors import ActOnError, FleetUnavailable, StoreFailed
from asyncsdk.limits.shared.member import AccountMember
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turns import LANES, TurnReply, TurnRequest
from asyncsdk.redis.lone_coordinator import LoneCoordinator
from asyncsdk.redis.outage import Outage, is_outage
from asyncsdk.redis.outage_mode import OutageMode
from asyncsdk.redis.redis_coordinator import RedisCoordinator
from asyncsdk.redis.redis_errors import REDIS_ERRORS
from asyncsdk.shared_task import begin_shared

__all__ = ["TurnExchange"]

REQUEST_SECONDS: Final = 1.0
"""Seconds that a request to Redis may take; none is made twice."""

PROBE_SECONDS: Final = 0.5
"""The same while Redis is away."""

CONNECT_SECONDS: Final = 5.0
"""Seconds that a connection may take, beside the requests: it needs several ways there and back."""

PROBE_AFTER: Final = 0.25
"""Seconds after which Redis is tried again."""

ALONE_FOR: Final = PROBE_AFTER + PROBE_SECONDS + PROBE_SECONDS + 0.05
"""Seconds from a request that failed until the process makes no call alone, unless the next one has failed, too."""

OTHERS_ALONE: Final = 1.0
"""Seconds that an outage lasts before others may be alone, who have noticed it earlier."""

REFUSED_AGAIN: Final = 1.0
"""Seconds after which Redis is asked again that refuses."""

HEARTBEAT: Final = 4.0
"""Seconds after which a process that is in use says that it lives: within ``Rules.settling`` all have done so."""

IDLE: Final = 300.0
"""Seconds after its last caller for which a process is in use."""


class TurnExchange:
    """Exchange of one member with Redis.

    Args:
        member: whose requests they are.
        coordinator: Redis.
        outage: tells whether Redis is away.
        mode: what calls do while it is.
        rules: the constants of the law.
    """

    def __init__(
        self, member: AccountMember, coordinator: RedisCoordinator, outage: Outage, mode: OutageMode, rules: Rules
    ) -> None:
        self._member = member
        self._coordinator = coordinator
        self._outage = outage
        self._mode: OutageMode = mode
        self._rules = rules
        self._lone: LoneCoordinator | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._asking: asyncio.Task[None] | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._answers = False
        self._asked_at = -inf
        self._reached_at = -inf
        self._used_at = -inf

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Note that a caller comes.

        Raises:
            FleetUnavailable: Redis is away, and calls are to be refused.
        """
        self._loop, self._used_at = loop, clock.monotonic()
        if self._mode != "refuse" or self._outage.since is None:
            return
        if self._used_at - self._outage.failed_at < PROBE_AFTER + 2 * PROBE_SECONDS:
            raise self._unavailable()

    async def look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ask Redis once, though no call waits; what goes wrong is told to the first call."""
        self._loop, self._used_at = loop, clock.monotonic()
        if self._asking is None:
            self._asking = self._shared_task(loop, self._ask_redis())
        await asyncio.wait({self._asking})

    async def end(self) -> None:
        """Say that this process leaves, if Redis can be asked; nothing is asked any more."""
        loop, self._loop = self._loop, None
        if self._timer is not None:
            self._timer.cancel()
        if self._connecting is not None:
            self._connecting.cancel()
        if tasks := {task for task in (self._asking, self._connecting) if task is not None}:
            await asyncio.wait(tasks)
        if loop is None or self._outage.since is not None:
            return
        request = self._member.request(clock.monotonic(), leaving=True)
        try:
            await self._coordinator.decide(request, REQUEST_SECONDS)
        except Exception:
            return  # it is forgotten after a while in any case

    def schedule(self) -> None:
        """Set the one timer to the time of the next step."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._loop is None:
            return
        now = clock.monotonic()
        at = min(self._ask_redis_at(now), self._ask_alone_at(now))
        if at < inf:
            self._timer = self._loop.call_later(max(0.0, at - now), self._step)

    def _step(self) -> None:
        """Do what is due."""
        self._timer = None
        now = clock.monotonic()
        if now >= self._ask_redis_at(now) and self._loop is not None:
            self._asking = self._shared_task(self._loop, self._ask_redis())
        if now >= self._ask_alone_at(now):
            self._ask_alone(now)
        self.schedule()

    # -- Redis -----------------------------------------------------------------------------------------------------

    def _ask_redis_at(self, now: float) -> float:
        if self._asking is not None:
            return inf
        in_use = now - self._used_at < IDLE
        if self._lone is not None:
            return self._outage.failed_at + (PROBE_AFTER if in_use else HEARTBEAT)
        return min(self._member.ask_at, self._asked_at + HEARTBEAT if in_use else inf)

    async def _ask_redis(self) -> None:
        now = self._asked_at = clock.monotonic()
        away = self._outage.lasts(now)
        patient, self._answers = away is None or self._answers, False
        try:
            request = self._request(now, away)
            reply = await self._coordinator.decide(request, REQUEST_SECONDS if patient else PROBE_SECONDS)
            self._answered(request, reply, now)
        except ActOnError as error:  # the client's owner does not let it be used
            self._refuse(error)
        except Exception as error:  # whatever a client raises: nobody is to wait for ever
            if isinstance(error, REDIS_ERRORS) and is_outage(error):
                self._failed(error, now)
            else:
                self._refuse(StoreFailed(self._outage.refused(error)))
        except asyncio.CancelledError:
            self._member.unanswered(now + PROBE_AFTER)
            raise
        finally:
            self._asking = None
            self.schedule()

    def _request(self, now: float, away: float | None) -> TurnRequest:
        others_alone = self._mode == "share" and away is not None and away >= OTHERS_ALONE
        ask_at = self._member.ask_at
        request = self._member.request(now, alone_for=ALONE_FOR if others_alone else 0.0)
        if self._lone is None:
            return request
        self._member.ask_by(ask_at)  # what is wanted then, the lone coordinator is asked for
        return evolve(request, reports=(), released=())

    def _answered(self, request: TurnRequest, reply: TurnReply, asked_at: float) -> None:
        lone, self._lone = self._lone, None
        self._outage.ended(clock.monotonic())
        self._reached_at = asked_at
        last = self._member.reply
        self._member.answered(request, reply, asked_at)
        if lone is not None and last is not None:
            # A Redis that has forgotten everything is told of these among all the others.
            self._member.resume(lone.calls() if reply.epoch == last.epoch else {})
            if (pause := lone.pause_left(asked_at)) is not None:
                self._member.throttled(pause)

    def _refuse(self, error: ActOnError) -> None:
        """Tell the callers that wait what Redis answers, or why it is not asked."""
        now = self._outage.failed_at = clock.monotonic()
        self._member.unanswered(now + REFUSED_AGAIN)
        self._member.queue.reject(range(len(LANES)), lambda: copy(error))

    def _failed(self, error: BaseException, tried_at: float) -> None:
        """Note that Redis is away."""
        now = clock.monotonic()
        self._outage.failed(error, tried_at, now)
        if isinstance(error, (TimeoutError, TimedOut)) and self._connecting is None and self._loop is not None:
            self._connecting = self._shared_task(self._loop, self._connect())
        if self._mode == "refuse":
            self._member.queue.reject(range(len(LANES)), self._unavailable)
        if self._lone is None:
            in_use = now - self._used_at < IDLE
            self._member.unanswered(now + (PROBE_AFTER if in_use else HEARTBEAT))

    async def _connect(self) -> None:
        """Connect in the time that this takes on a long way; the next request uses that, and may take long, too."""
        try:
            await self._coordinator.connect(CONNECT_SECONDS)
            self._answers = True
        except Exception:
            return  # the requests say why
        finally:
            self._connecting = None

    def _unavailable(self) -> FleetUnavailable:
        return FleetUnavailable(f"{self._outage.reason}. Nothing was sent.")

    def _shared_task(self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task that asks for all callers, and is forgotten when it ends."""
        task = begin_shared(loop, work)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[None]) -> None:
        """Forget a task that somebody has cancelled before its first step: it could not do that itself."""
        if self._connecting is task:
            self._connecting = None
        if self._asking is task:
            self._asking = None
            self.schedule()

    # -- alone -----------------------------------------------------------------------------------------------------

    def _ask_alone_at(self, now: float) -> float:
        """When the lone coordinator is asked next."""
        if self._mode != "share" or self._outage.since is None or now > self._outage.tried_at + ALONE_FOR:
            return inf
        if self._lone is not None:
            return self._member.ask_at
        reply = self._member.reply
        # Older places may be others' since: Redis may have died twice before this process noticed.
        is_old = self._outage.since - self._reached_at > HEARTBEAT + REQUEST_SECONDS
        if reply is None or not reply.spare or is_old:
            return inf
        length = self._rules.promise + self._rules.opening + reply.period + reply.margin
        return self._outage.since + length

    def _ask_alone(self, now: float) -> None:
        member = self._member
        if self._lone is None and member.reply is not None:
            self._lone = LoneCoordinator(member.reply, member.counted, self._rules, now)
        if self._lone is None:
            return
        # What Redis has forgotten is told to Redis.
        request = evolve(member.request(now), promise=self._rules.promise, told_since=0)
        member.answered(request, self._lone.decide(request, now, clock.wall()), now)
