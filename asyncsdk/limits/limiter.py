"""The rate limiter of one process: by default 5 calls a second, 30,000 a day, 5 logins an hour.

**The second** makes callers wait; ``window`` says when a call may leave. They stand in line, first come first
served, each with one future and all with one timer, so that ten thousand of them cost nothing while they wait.
A caller that is cancelled leaves the line; a place that was given to it in the same moment goes to the next.
Lanes keep interactive calls from standing behind bulk work and polls, and a reserve keeps these from starving.

**The day and the logins** make nobody wait: when one is spent, the call is refused at once. They are counted
over any 24 hours and any hour, because nobody has published when the server's day begins. **A pause** that the
server asks for makes callers wait if it is short, and refuses them if it is long.
"""

from __future__ import annotations

import asyncio
import threading
from math import inf

from asyncsdk import clock
from asyncsdk.errors import ActOnError, QuotaExhausted
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.quota import QuotaUsage
from asyncsdk.limits.rate_limiter import Place
from asyncsdk.limits.shared_second import SharedSecond
from asyncsdk.limits.sliding_window import InFlightCall, SlidingWindow
from asyncsdk.limits.tally import Tally
from asyncsdk.limits.wait_queue import FairQueue, Waiter

__all__ = ["Limiter"]


class _Held(InFlightCall):
    """A place in every budget."""

    __slots__ = ("_limiter", "login", "minute")

    def __init__(self, limiter: Limiter, minute: int, login: float | None) -> None:
        super().__init__()
        self._limiter = limiter
        self.minute = minute
        self.login = login

    def left(self, *, opened: bool = False) -> None:
        self._limiter.left(self, opened=opened)

    def answered(self) -> None:
        self._limiter.landed(self, answered=True)

    def lost(self) -> None:
        self._limiter.landed(self, answered=False)

    def unused(self) -> None:
        self._limiter.given_back(self)


class Limiter:
    """The limiter of one process, to be shared by all sessions of one account in one event loop.

    It may serve one event loop after another; in a second one that runs beside the first, ``acquire`` refuses.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._ledger = QuotaUsage(self.limits.calls_per_day, self.limits.grants_per_hour)
        self._window = SlidingWindow(self.limits.places, self.limits.period)
        self._line: FairQueue[_Held] = FairQueue()
        self._second = SharedSecond(self._window)
        self._moving = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> Place:
        """Wait for a place in every budget.

        Raises:
            QuotaExhausted: the day or the logins are spent, the server asked for a pause longer than
                ``longest_pause``, or the wait would be longer than ``max_wait``.
            ActOnError: it is in use in another event loop.
        """
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._move_to(loop)
        now, at = clock.wall(), loop.time()
        if self._second.news:
            self._second.apply(at, now)
        if self._window.closed_until > at:
            self._refuse_if_paused(at)
        self._refuse_if_spent(login, now)
        if not self._line.length and self._window.has_place(at):
            return self._give(login, now)
        self._refuse_if_too_long(lane, at)
        return await self._wait(loop, lane, login)

    def throttled(self, retry_after: float | None) -> None:
        """The server said 429: hold everybody back for so many seconds, or for the second that is full."""
        self._window.close_for(retry_after, self.now())
        if retry_after is not None:
            self._second.pause(retry_after, clock.wall())
        if self._pause_left(self.now()) > self.limits.longest_pause:
            self._line.dismiss(self._paused)
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
        tally = self._ledger.drain()
        tally.add(self._second.entries(self.now(), clock.wall()))
        return tally

    def undrain(self, tally: Tally) -> None:
        """Take back what a store could not add."""
        self._ledger.undrain(tally)

    def adopt(self, kept: Tally) -> None:
        """Learn what a store knows, such as the calls of other processes and of earlier runs."""
        self._ledger.adopt(kept)
        self._second.learn(kept)

    def now(self) -> float:
        """The loop's time; 0 before the first call."""
        return self._loop.time() if self._loop is not None else 0.0

    def left(self, held: _Held, *, opened: bool = False) -> None:
        """A call leaves now: it is known from now on when its place is free at the latest."""
        held.departed = self.now()
        held.opened = opened
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
        """Follow the caller into another event loop; whoever waited in the last one is gone with it.

        Raises:
            ActOnError: the last one is still in use.
        """
        with self._moving:
            if self._is_in_use():
                raise ActOnError(
                    "This Limiter is in use in another event loop, and serves one at a time. Give the session in"
                    " each thread a Limiter of its own, with a share: Limits(calls_per_second=2)."
                )
            if self._loop is not None:
                self._window.move_to(loop.time())
                self._second.news = True
            self._loop = loop
            self._timer = None
            self._line = FairQueue()

    def _is_in_use(self) -> bool:
        """Whether the last loop may still serve callers."""
        loop = self._loop
        return loop is not None and not loop.is_closed() and (loop.is_running() or self._line.length > 0)

    def _pause_left(self, now: float) -> float:
        return self._window.closed_until - now

    def _refuse_if_paused(self, now: float) -> None:
        if self._pause_left(now) > self.limits.longest_pause:
            raise self._paused()

    def _paused(self) -> QuotaExhausted:
        left = self._pause_left(self.now())
        return QuotaExhausted(
            "pause",
            left,
            f"Act-On asks for a pause of {left:,.0f} s more, which is longer than longest_pause,"
            f" {self.limits.longest_pause:g} s. Nothing was sent.",
        )

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
        wait += self._line.ahead_of(lane) // self.limits.places * self.limits.period
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
