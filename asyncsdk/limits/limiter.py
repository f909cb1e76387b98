"""Rate limiter of one process: by default 5 calls a second, 30,000 a day, 5 logins an hour.

**The second** makes callers wait; the sliding window says when a call may be sent. They wait in a queue, first come
first served, each with one future and all with one timer, so that ten thousand of them cost nothing while they
wait. A caller that is cancelled leaves the queue; a place that was given to it in the same moment goes to the next.
Lanes keep interactive calls from waiting behind bulk work and polls, and a reserve keeps these from starving.

**The day and the logins** make nobody wait: when one is spent, the call is refused at once. They are counted
over any 24 hours and any hour, because nobody has published when the server's day begins. **A pause** that the
server asks for makes callers wait if it is short, and refuses them if it is long.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from math import inf

from asyncsdk import clock
from asyncsdk.errors import ActOnError, QuotaExhausted
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.protocol import Place
from asyncsdk.limits.quota import QuotaUsage
from asyncsdk.limits.refusals import day_spent, logins_spent, max_wait_exceeded, pause_too_long
from asyncsdk.limits.shared_second import SharedSecond
from asyncsdk.limits.sliding_window import InFlightCall, SlidingWindow
from asyncsdk.limits.tally import Tally
from asyncsdk.limits.wait_queue import FairQueue, Waiter

__all__ = ["Limiter"]


class _HeldPlace(InFlightCall):
    """Rate-limit permit: a place in every budget."""

    __slots__ = ("_limiter", "login", "minute")

    def __init__(self, limiter: Limiter, minute: int, login: float | None) -> None:
        self.sent_at = None
        self.opened = False
        self._limiter = limiter
        self.minute: int = minute
        self.login: float | None = login

    def left(self, *, opened: bool = False) -> None:
        self._limiter.call_sent(self, opened)

    def answered(self) -> None:
        self._limiter.call_finished(self, answered=True)

    def lost(self) -> None:
        self._limiter.call_finished(self, answered=False)

    def unused(self) -> None:
        self._limiter.call_released(self)


def _before_the_first_call() -> float:
    return 0.0


class Limiter:
    """Rate limiter of one process, to be shared by all sessions of one account in one event loop.

    It may serve one event loop after another; in a second one that runs beside the first, ``acquire`` refuses.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits: Limits = limits or Limits()
        self._quota = QuotaUsage(self.limits.calls_per_day, self.limits.grants_per_hour)
        self._window = SlidingWindow(self.limits.places, self.limits.period)
        self._queue: FairQueue[_HeldPlace] = FairQueue()
        self._shared_second = SharedSecond(self._window)
        self._binding = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.now: Callable[[], float] = _before_the_first_call
        """The event loop's time."""

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> Place:
        """Wait for a place in every budget.

        Raises:
            QuotaExhausted: the day or the logins are spent, the server asked for a pause longer than
                ``longest_pause``, or the wait would be longer than ``max_wait``.
            ActOnError: it is in use in another event loop.
        """
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._bind_to_loop(loop)
        now, at = clock.wall(), loop.time()
        if self._shared_second.has_news:
            self._shared_second.apply(at, now)
        free = not self._queue.length and self._window.has_place(at)
        if free and not login and (minute := self._quota.take_call_if_left(now)) is not None:
            held = _HeldPlace(self, minute, None)
            self._window.take(held)
            return held
        if self._window.paused_until > at:
            self._refuse_if_paused(at)
        self._refuse_if_spent(login, now)
        if free:
            return self._grant(login, now)
        self._refuse_if_too_long(lane, at)
        return await self._wait(loop, lane, login)

    def throttled(self, retry_after: float | None) -> None:
        """Report a 429: all calls wait for so many seconds, or until the second that is full is over."""
        self._window.pause_for(retry_after, self.now())
        if retry_after is not None:
            self._shared_second.pause(retry_after, clock.wall())
        if self._pause_left(self.now()) > self.limits.longest_pause:
            self._queue.reject_all(self._paused)
        self._reschedule()

    def usage(self) -> Usage:
        """What is spent and what is left."""
        now = clock.wall()
        return Usage(
            calls_made=self._quota.calls_made(now),
            calls_left=self._quota.calls_left(now),
            calls_reset_in=self._quota.calls_reset_in(now),
            logins_left=self._quota.logins_left(now),
            logins_reset_in=self._quota.logins_reset_in(now),
        )

    def drain(self) -> Tally:
        """Give what was counted since the last time, for a store to add."""
        tally = self._quota.take_unsynced()
        tally.add(self._shared_second.take_unsynced(self.now(), clock.wall()))
        return tally

    def undrain(self, tally: Tally) -> None:
        """Take back what a store could not add."""
        self._quota.put_back(tally)

    def adopt(self, kept: Tally) -> None:
        """Count what a store knows, such as the calls of other processes and of earlier runs."""
        self._quota.merge_shared(kept)
        self._shared_second.merge_shared(kept)

    def call_sent(self, held: _HeldPlace, opened: bool) -> None:
        """Note that a call is sent now, over a connection that it opened or not: its place ends so much later."""
        held.opened = opened
        held.sent_at = self.now()
        if self._queue.length:
            self._reschedule()

    def call_finished(self, held: _HeldPlace, *, answered: bool) -> None:
        """Note that a call is over, with an answer or without."""
        if self._window.finish(held, self.now(), answered=answered) and self._queue.length:
            self._reschedule()

    def call_released(self, held: _HeldPlace) -> None:
        """Note that a call surely never reached the server: it counts in no budget."""
        if not self._window.release(held):
            return
        self._quota.uncount_call(held.minute)
        if held.login is not None:
            self._quota.uncount_login(held.login)
        self._reschedule()

    def _grant(self, login: bool, now: float) -> _HeldPlace:
        held = _HeldPlace(self, self._quota.take_call(now), self._quota.take_login(now) if login else None)
        self._window.take(held)
        return held

    async def _wait(self, loop: asyncio.AbstractEventLoop, lane: Lane, login: bool) -> _HeldPlace:
        turn: asyncio.Future[_HeldPlace] = loop.create_future()
        waiter = Waiter(turn, lane, login)
        self._queue.join(waiter)
        if self._timer is None:
            self._reschedule()
        timer = self._start_max_wait_timer(loop, waiter)
        try:
            return await turn
        except BaseException:
            if not self._queue.leave(waiter):
                turn.result().unused()
            raise
        finally:
            if timer is not None:
                timer.cancel()

    def _grant_free_places(self) -> None:
        """Give every free place to the next in the queue."""
        self._timer = None
        while self._window.has_place(self.now()):
            waiter = self._queue.next()
            if waiter is None:
                return
            waiter.turn.set_result(self._grant(waiter.login, clock.wall()))
        self._reschedule()

    def _reschedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._queue.length and self._loop is not None and (due := self._window.next_place()) < inf:
            self._timer = self._loop.call_at(due, self._grant_free_places)

    def _bind_to_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve another event loop from now on; the callers that waited in the last one are gone with it.

        Raises:
            ActOnError: the last one is still in use.
        """
        with self._binding:
            if self._is_in_use():
                raise ActOnError(
                    "This Limiter is in use in another event loop, and serves one at a time. Give the session in"
                    " each thread a FileStore of the same file instead: through it they share the limits."
                )
            if self._loop is not None:
                self._window.restart(loop.time())
                self._shared_second.has_news = True
            self._loop = loop
            self.now = loop.time
            self._timer = None
            self._queue = FairQueue()

    def _is_in_use(self) -> bool:
        """Whether the last loop may still serve callers."""
        loop = self._loop
        return loop is not None and not loop.is_closed() and (loop.is_running() or self._queue.length > 0)

    def _pause_left(self, now: float) -> float:
        return self._window.paused_until - now

    def _refuse_if_paused(self, now: float) -> None:
        if self._pause_left(now) > self.limits.longest_pause:
            raise self._paused()

    def _paused(self) -> QuotaExhausted:
        return pause_too_long(self._pause_left(self.now()), self.limits.longest_pause)

    def _refuse_if_spent(self, login: bool, now: float) -> None:
        if login and self._quota.logins_left(now) <= self._queue.logins:
            raise logins_spent(self.limits.grants_per_hour, self._quota.logins_reset_in(now))
        if self._quota.calls_left(now) <= self._queue.length:
            raise day_spent(self.limits.calls_per_day, self._quota.calls_reset_in(now))

    def _refuse_if_too_long(self, lane: Lane, now: float) -> None:
        """Refuse at once where the wait is known to be too long."""
        max_wait = self.limits.max_wait
        if max_wait is None:
            return
        due = self._window.next_place()
        wait = max(0.0, due - now) if due < inf else 0.0
        wait += self._queue.ahead_of(lane) // self.limits.places * self.limits.period
        if wait > max_wait:
            raise max_wait_exceeded(wait, max_wait)

    def _start_max_wait_timer(
        self, loop: asyncio.AbstractEventLoop, waiter: Waiter[_HeldPlace]
    ) -> asyncio.TimerHandle | None:
        max_wait = self.limits.max_wait
        if max_wait is None:
            return None

        def refuse() -> None:
            if not waiter.turn.done():
                waiter.turn.set_exception(max_wait_exceeded(1.0, max_wait))

        return loop.call_later(max_wait, refuse)
