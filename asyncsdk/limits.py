"""How much may be sent, and when: by default 5 calls a second, 30,000 a day, 5 logins an hour.

**The second.** The server counts calls as they arrive, and calls take 20 to 200 ms to get there. So a call's
place in the second is given back one second, and a margin, after the latest moment at which it can have
arrived. That moment is known once the call is answered: the answer, less the shortest round trip seen. It is
bounded before: the departure, plus ``TRAVEL``. A call that has not left, because its connection is still being
opened, keeps its place. The margin widens when the server says 429 all the same, and narrows slowly.

**The queue.** Callers that must wait stand in line, first come first served, each with one future and all with
one timer, so that ten thousand of them cost nothing while they wait. A caller that is cancelled leaves the
line; a place that was given to it in the same moment goes to the next. Lanes keep interactive calls from
standing behind bulk work and polls, and a reserve keeps these from starving.

**The day and the logins.** Nobody waits for these: when one is spent, the call is refused at once. They are
counted over any 24 hours and any hour, because nobody has published when the server's day begins.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from typing import Final, Protocol

from attrs import define, field, frozen
from attrs.validators import ge, gt, optional

from asyncsdk import clock
from asyncsdk.errors import QuotaExhausted
from asyncsdk.ledger import Ledger, Tally
from asyncsdk.message import Lane

__all__ = ["Limiter", "Limits", "Place", "RateLimiter", "Usage"]

TRAVEL: Final = 0.2
"""Seconds that a call is believed to be on the road at most, beyond the shortest."""

SAMPLES: Final = 10
"""Round trips to see before the shortest is believed."""

MARGIN: Final = 0.05
NARROWEST: Final = 0.02
WIDEST: Final = 1.0
WIDENING: Final = 0.04
NARROWING: Final = 0.9999

RESERVE: Final = 5
"""A lane that waits gets at least every fifth place."""

_IN_ORDER: Final = (Lane.INTERACTIVE, Lane.BULK, Lane.POLL)


@frozen
class Limits:
    """What Act-On lets through. Source: Act-On API overview, "usage and rate limits"."""

    calls_per_second: int = field(default=5, validator=ge(1))
    """Calls in any second, as the server counts them."""

    calls_per_day: int = field(default=30_000, validator=ge(0))
    """Calls in any 24 hours; 1,000 on the free tier."""

    grants_per_hour: int = field(default=5, validator=ge(0))
    """Logins, by password or code, in any hour; refreshes do not count."""

    upload_bytes: int = field(default=400_000_000, validator=ge(0))
    """The longest file."""

    max_wait: float | None = field(default=None, validator=optional(gt(0)))
    """Seconds that a caller waits at most for its place in the second; None: as long as it takes."""


@frozen
class Usage:
    """What is spent and what is left, as far as this process and its store know."""

    calls_made: int
    """Calls in the last 24 hours."""

    calls_left: int
    """Calls that the day still lets through."""

    calls_reset_in: float
    """Seconds until the oldest of the calls made stop counting; 0 if there are none."""

    logins_left: int
    """Logins that the hour still lets through."""

    logins_reset_in: float
    """Seconds until the oldest login stops counting; 0 if there is none."""


class Place(Protocol):
    """One call's place in the budgets; its holder says what becomes of the call."""

    def departed(self) -> None:
        """The call leaves now."""
        ...

    def answered(self) -> None:
        """The call was answered, so that it has arrived."""
        ...

    def lost(self) -> None:
        """Nobody will know whether and when the call arrived."""
        ...

    def unused(self) -> None:
        """The call surely never reached the server: its place goes to the next, and nothing is counted."""
        ...


class RateLimiter(Protocol):
    """What a session needs of a limiter; ``Limiter`` is the one for a single process."""

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> Place:
        """Wait for a place in every budget.

        Raises:
            QuotaExhausted: a budget is spent that nobody waits for, or the wait would be too long.
        """
        ...

    def throttled(self, retry_after: float | None) -> None:
        """The server said 429: hold everybody back for so many seconds, or for the second that is full."""
        ...

    def usage(self) -> Usage:
        """What is spent and what is left."""
        ...

    def drain(self) -> Tally:
        """What was counted since the last time, for a store to add."""
        ...

    def undrain(self, tally: Tally) -> None:
        """Take back what a store could not add."""
        ...

    def adopt(self, kept: Tally) -> None:
        """Learn what a store knows."""
        ...


@define(eq=False)
class _Held:
    """A place that was given out."""

    limiter: Limiter
    minute: int
    login: float | None
    since: float | None = None

    def departed(self) -> None:
        self.since = self.limiter.now()

    def answered(self) -> None:
        self.limiter.landed(self, answered=True)

    def lost(self) -> None:
        self.limiter.landed(self, answered=False)

    def unused(self) -> None:
        self.limiter.returned(self)


@define(eq=False)
class _Waiter:
    """A caller in line."""

    turn: asyncio.Future[_Held]
    login: bool


class Limiter:
    """The limiter of one process, to be shared by all sessions of one account in it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._ledger = Ledger(self.limits.calls_per_day, self.limits.grants_per_hour)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._flying: dict[_Held, None] = {}
        self._landings: list[float] = []
        self._lines: dict[Lane, deque[_Waiter]] = {lane: deque() for lane in Lane}
        self._passed_over: dict[Lane, int] = dict.fromkeys(Lane, 0)
        self._waiting = 0
        self._logins_waiting = 0
        self._timer: asyncio.TimerHandle | None = None
        self._held_back_until = 0.0
        self._margin = MARGIN
        self._shortest = float("inf")
        self._samples = 0

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> Place:
        """Wait for a place in every budget.

        Raises:
            QuotaExhausted: the day or the logins are spent, or the wait would be longer than ``max_wait``.
        """
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._move_to(loop)
        self._refuse_if_spent(login)
        now = loop.time()
        if not self._waiting and self._free(now):
            return self._give(login)
        return await self._stand_in_line(lane, login, now)

    def throttled(self, retry_after: float | None) -> None:
        """The server said 429: hold everybody back for so many seconds, or for the second that is full."""
        self._margin = min(WIDEST, self._margin + WIDENING)
        pause = 1.0 + self._margin if retry_after is None else retry_after
        self._held_back_until = max(self._held_back_until, self.now() + pause)
        self._wind_timer()

    def usage(self) -> Usage:
        """What is spent and what is left."""
        now = clock.wall()
        return Usage(
            calls_made=self._ledger.calls_made(now),
            calls_left=self._ledger.calls_left(now),
            calls_reset_in=self._ledger.calls_reset_in(now),
            logins_left=self._ledger.logins_left(now),
            logins_reset_in=self._ledger.logins_reset_in(now),
        )

    def drain(self) -> Tally:
        """What was counted since the last time, for a store to add."""
        return self._ledger.drain()

    def undrain(self, tally: Tally) -> None:
        """Take back what a store could not add."""
        self._ledger.undrain(tally)

    def adopt(self, kept: Tally) -> None:
        """Learn what a store knows, such as the calls of other processes and of earlier runs."""
        self._ledger.adopt(kept)

    def now(self) -> float:
        """The loop's time; 0 before the first call."""
        return self._loop.time() if self._loop is not None else 0.0

    # The second: places that are flying have no landing yet; places that have landed are freed at a known time.

    def landed(self, held: _Held, *, answered: bool) -> None:
        """Free the place a second after the latest moment at which its call can have arrived."""
        if self._flying.pop(held, self) is self:
            return
        arrived = self._arrival(held, self.now(), answered)
        self._margin = max(NARROWEST, self._margin * NARROWING)
        heapq.heappush(self._landings, arrived + 1.0 + self._margin)
        if self._waiting:
            self._wind_timer()

    def _arrival(self, held: _Held, now: float, answered: bool) -> float:
        """The latest moment at which a call can have arrived that is not on the road any more."""
        if not answered:
            return (now if held.since is None else held.since) + TRAVEL
        if held.since is None:
            return now
        self._shortest = min(self._shortest, now - held.since)
        self._samples += 1
        shortest = self._shortest if self._samples >= SAMPLES else 0.0
        return min(now - shortest, held.since + TRAVEL)

    def returned(self, held: _Held) -> None:
        """Free a place at once, and count nothing."""
        if self._flying.pop(held, self) is self:
            return
        self._ledger.give_back_call(held.minute)
        if held.login is not None:
            self._ledger.give_back_login(held.login)
        if self._waiting:
            self._wind_timer()

    def _free(self, now: float) -> bool:
        if now < self._held_back_until:
            return False
        landings = self._landings
        while landings and landings[0] <= now:
            heapq.heappop(landings)
        if len(self._flying) + len(landings) < self.limits.calls_per_second:
            return True
        return any(self._trusted_until(held) <= now for held in self._flying) and self._let_go(now)

    def _trusted_until(self, held: _Held) -> float:
        """When the place of an unanswered call is free."""
        return float("inf") if held.since is None else held.since + TRAVEL + 1.0 + self._margin

    def _let_go(self, now: float) -> bool:
        for held in [held for held in self._flying if self._trusted_until(held) <= now]:
            del self._flying[held]
        return len(self._flying) + len(self._landings) < self.limits.calls_per_second

    def _next_free(self) -> float:
        times = [self._trusted_until(held) for held in self._flying]
        if len(self._flying) + len(self._landings) < self.limits.calls_per_second:
            times.append(0.0)
        elif self._landings:
            times.append(self._landings[0])
        return max(min(times), self._held_back_until)

    # The line.

    async def _stand_in_line(self, lane: Lane, login: bool, now: float) -> _Held:
        self._refuse_if_too_long(lane, now)
        loop = asyncio.get_running_loop()
        waiter = _Waiter(loop.create_future(), login)
        self._lines[lane].append(waiter)
        self._waiting += 1
        self._logins_waiting += login
        patience = self._lose_patience(waiter)
        if self._timer is None:
            self._wind_timer()
        try:
            return await waiter.turn
        except BaseException:
            if waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None:
                waiter.turn.result().unused()
            else:
                self._waiting -= 1
                self._logins_waiting -= login
            raise
        finally:
            if patience is not None:
                patience.cancel()

    def _serve(self) -> None:
        """Give every free place to the next in line."""
        self._timer = None
        now = self.now()
        while self._waiting and self._free(now):
            waiter = self._next_in_line()
            if waiter is None:
                return
            self._waiting -= 1
            self._logins_waiting -= waiter.login
            waiter.turn.set_result(self._give(waiter.login))
        if self._waiting:
            self._wind_timer()

    def _next_in_line(self) -> _Waiter | None:
        for line in self._lines.values():
            while line and line[0].turn.done():
                line.popleft()
        if self._lines[Lane.TOKEN]:
            return self._lines[Lane.TOKEN].popleft()
        waiting = [lane for lane in _IN_ORDER if self._lines[lane]]
        if not waiting:
            return None
        neglected = max(waiting, key=self._passed_over.__getitem__)
        lane = neglected if self._passed_over[neglected] >= RESERVE - 1 else waiting[0]
        for other in waiting:
            self._passed_over[other] = 0 if other is lane else self._passed_over[other] + 1
        return self._lines[lane].popleft()

    def _give(self, login: bool) -> _Held:
        now = clock.wall()
        held = _Held(self, self._ledger.take_call(now), self._ledger.take_login(now) if login else None)
        self._flying[held] = None
        return held

    def _wind_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting and self._loop is not None and (due := self._next_free()) < float("inf"):
            self._timer = self._loop.call_at(due, self._serve)

    def _move_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """Follow the caller into another event loop, whose clock is another: the last second is taken as full."""
        busy = len(self._flying) + len(self._landings)
        self._loop = loop
        self._timer = None
        self._flying.clear()
        self._landings = [loop.time() + 1.0 + self._margin] * busy
        self._held_back_until = 0.0
        self._waiting = self._logins_waiting = 0
        for line in self._lines.values():
            line.clear()

    # Refusals.

    def _refuse_if_spent(self, login: bool) -> None:
        now = clock.wall()
        if login and self._ledger.logins_left(now) <= self._logins_waiting:
            resets_in = self._ledger.logins_reset_in(now)
            raise QuotaExhausted(
                "logins",
                resets_in,
                f"All {self.limits.grants_per_hour} logins of this hour are spent, and one more could lock the"
                f" account out; the next is free in {resets_in:,.0f} s. Nothing was sent.",
            )
        if self._ledger.calls_left(now) <= self._waiting:
            resets_in = self._ledger.calls_reset_in(now)
            raise QuotaExhausted(
                "day",
                resets_in,
                f"All {self.limits.calls_per_day:,} calls of the last 24 hours are spent; the next is free in"
                f" {resets_in:,.0f} s. Nothing was sent.",
            )

    def _refuse_if_too_long(self, lane: Lane, now: float) -> None:
        patience = self.limits.max_wait
        if patience is None:
            return
        ahead = self._waiting if lane is not Lane.TOKEN else len(self._lines[lane])
        due = self._next_free()
        wait = (0.0 if due == float("inf") else max(0.0, due - now)) + ahead // self.limits.calls_per_second
        if wait > patience:
            raise _impatient(wait, patience)

    def _lose_patience(self, waiter: _Waiter) -> asyncio.TimerHandle | None:
        patience = self.limits.max_wait
        if patience is None or self._loop is None:
            return None

        def leave() -> None:
            if not waiter.turn.done():
                waiter.turn.set_exception(_impatient(1.0, patience))

        return self._loop.call_later(patience, leave)


def _impatient(wait: float, patience: float) -> QuotaExhausted:
    return QuotaExhausted(
        "second",
        wait,
        f"So many calls are waiting that this one would wait {wait:,.1f} s or more, and max_wait is"
        f" {patience:g} s. Nothing was sent.",
    )
