"""How much may be sent, and when: by default 5 calls a second, 30,000 a day, 5 logins an hour.

**The second** makes callers wait; ``window`` says when a call may leave. They stand in line, first come first
served, each with one future and all with one timer, so that ten thousand of them cost nothing while they wait.
A caller that is cancelled leaves the line; a place that was given to it in the same moment goes to the next.
Lanes keep interactive calls from standing behind bulk work and polls, and a reserve keeps these from starving.

**The day and the logins** make nobody wait: when one is spent, the call is refused at once. They are counted
over any 24 hours and any hour, because nobody has published when the server's day begins.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import Protocol

from attrs import field, frozen
from attrs.validators import ge, gt, optional

from asyncsdk import clock
from asyncsdk.errors import QuotaExhausted
from asyncsdk.ledger import Ledger, Tally
from asyncsdk.line import Line, Waiter
from asyncsdk.message import Lane
from asyncsdk.window import Flight, Window

__all__ = ["Limiter", "Limits", "Place", "RateLimiter", "Usage"]


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

    longest_pause: float = field(default=120.0, validator=ge(0))
    """Seconds that callers wait at most where the server asks for a pause by ``Retry-After``; beyond it they are
    refused at once, by ``QuotaExhausted``."""

    answer_bytes: int = field(default=64_000_000, validator=ge(1))
    """The longest answer that is read whole, decompressed. The longest documented ones are pages of 1,000 records
    of 255 fields: 64,000,000 leave 250 bytes to each. Streams and exports may be of any length; of an error and of
    an answer with a token 1,000,000 bytes are read."""


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

    def left(self) -> None:
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


class _Held(Flight):
    """A place in every budget."""

    __slots__ = ("_limiter", "login", "minute")

    def __init__(self, limiter: Limiter, minute: int, login: float | None) -> None:
        self.departed = None
        self._limiter = limiter
        self.minute = minute
        self.login = login

    def left(self) -> None:
        self._limiter.left(self)

    def answered(self) -> None:
        self._limiter.landed(self, answered=True)

    def lost(self) -> None:
        self._limiter.landed(self, answered=False)

    def unused(self) -> None:
        self._limiter.given_back(self)


class Limiter:
    """The limiter of one process, to be shared by all sessions of one account in it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._ledger = Ledger(self.limits.calls_per_day, self.limits.grants_per_hour)
        self._window = Window(self.limits.calls_per_second)
        self._line: Line[_Held] = Line()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> Place:
        """Wait for a place in every budget.

        Raises:
            QuotaExhausted: the day or the logins are spent, or the wait would be longer than ``max_wait``.
        """
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._move_to(loop)
        now = clock.wall()
        self._refuse_if_spent(login, now)
        if not self._line.length and self._window.has_place(loop.time()):
            return self._give(login, now)
        self._refuse_if_too_long(lane, loop.time())
        return await self._wait(loop, lane, login)

    def throttled(self, retry_after: float | None) -> None:
        """The server said 429: hold everybody back for so many seconds, or for the second that is full."""
        self._window.close_for(retry_after, self.now())
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

    def left(self, held: _Held) -> None:
        """A call leaves now: it is known from now on when its place is free at the latest."""
        held.departed = self.now()
        if self._line.length:
            self._wind_timer()

    def landed(self, held: _Held, *, answered: bool) -> None:
        """A call is over, by its answer or without one."""
        if self._window.landed(held, self.now(), answered=answered) and self._line.length:
            self._wind_timer()

    def given_back(self, held: _Held) -> None:
        """A call surely never reached the server: it counts in no budget."""
        if not self._window.give_back(held):
            return
        self._ledger.give_back_call(held.minute)
        if held.login is not None:
            self._ledger.give_back_login(held.login)
        self._wind_timer()

    def _give(self, login: bool, now: float) -> _Held:
        held = _Held(self, self._ledger.take_call(now), self._ledger.take_login(now) if login else None)
        self._window.take(held)
        return held

    async def _wait(self, loop: asyncio.AbstractEventLoop, lane: Lane, login: bool) -> _Held:
        turn: asyncio.Future[_Held] = loop.create_future()
        waiter = Waiter(turn, lane, login)
        self._line.join(waiter)
        if self._timer is None:
            self._wind_timer()
        patience = self._lose_patience(loop, waiter)
        try:
            return await turn
        except BaseException:
            if not self._line.leave(waiter):
                turn.result().unused()
            raise
        finally:
            if patience is not None:
                patience.cancel()

    def _serve(self) -> None:
        """Give every free place to the next in line."""
        self._timer = None
        while self._window.has_place(self.now()):
            waiter = self._line.next()
            if waiter is None:
                return
            waiter.turn.set_result(self._give(waiter.login, clock.wall()))
        self._wind_timer()

    def _wind_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._line.length and self._loop is not None and (due := self._window.next_place()) < inf:
            self._timer = self._loop.call_at(due, self._serve)

    def _move_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """Follow the caller into another event loop; whoever waited in the last one is gone with it."""
        if self._loop is not None:
            self._window.move_to(loop.time())
        self._loop = loop
        self._timer = None
        self._line = Line()

    def _refuse_if_spent(self, login: bool, now: float) -> None:
        if login and self._ledger.logins_left(now) <= self._line.logins:
            resets_in = self._ledger.logins_reset_in(now)
            raise QuotaExhausted(
                "logins",
                resets_in,
                f"All {self.limits.grants_per_hour} logins of the last hour are spent, and one more could lock the"
                f" account out; the next is free in {resets_in:,.0f} s. Nothing was sent.",
            )
        if self._ledger.calls_left(now) <= self._line.length:
            resets_in = self._ledger.calls_reset_in(now)
            raise QuotaExhausted(
                "day",
                resets_in,
                f"All {self.limits.calls_per_day:,} calls of the last 24 hours are spent; the next is free in"
                f" {resets_in:,.0f} s. Nothing was sent.",
            )

    def _refuse_if_too_long(self, lane: Lane, now: float) -> None:
        """Refuse at once where the wait is known to be too long."""
        patience = self.limits.max_wait
        if patience is None:
            return
        due = self._window.next_place()
        wait = max(0.0, due - now) if due < inf else 0.0
        wait += self._line.ahead_of(lane) // self.limits.calls_per_second
        if wait > patience:
            raise _impatient(wait, patience)

    def _lose_patience(self, loop: asyncio.AbstractEventLoop, waiter: Waiter[_Held]) -> asyncio.TimerHandle | None:
        patience = self.limits.max_wait
        if patience is None:
            return None

        def leave() -> None:
            if not waiter.turn.done():
                waiter.turn.set_exception(_impatient(1.0, patience))

        return loop.call_later(patience, leave)


def _impatient(wait: float, patience: float) -> QuotaExhausted:
    return QuotaExhausted(
        "second",
        wait,
        f"So many calls are waiting that this one would wait longer than max_wait, {patience:g} s."
        " Nothing was sent.",
    )
