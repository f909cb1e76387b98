"""Account member: the limiter's side in one process, without the way to the coordinator.

Its callers wait in a local queue. It makes the requests for turns, gives each grant to the next caller, and
remembers what it has to report: what became of its calls, a 429.

Whoever owns it carries its requests to the coordinator when ``ask_at`` has come, one at a time, and hands it the
replies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from math import inf

from asyncsdk import clock
from asyncsdk.errors import PlaceExpired
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.quota import QuotaUsage
from asyncsdk.limits.refusals import max_wait_exceeded
from asyncsdk.limits.shared.local_queue import LocalQueue
from asyncsdk.limits.shared.own_calls import OwnCalls
from asyncsdk.limits.shared.place import EXPIRED, SharedPlace
from asyncsdk.limits.shared.place_blocks import PlaceBlocks
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turn_refusals import check_wait, refuse_spent
from asyncsdk.limits.shared.turns import Grant, TurnReply, TurnRequest
from asyncsdk.limits.shared.untold_usage import UntoldUsage
from asyncsdk.limits.tally import Tally

__all__ = ["AccountMember"]

MOST_WANTED = 10
"""Calls in each lane that are asked for at the most, in periods."""

USUAL = 0.002
"""Seconds that a request and its reply take without being slow."""

ASK_AGAIN = 0.001
"""Seconds until the coordinator is asked again for calls that it was not told of."""


class AccountMember:
    """Member of an account: one process, or one session in it.

    Args:
        name: which no other member has.
        limits: what the account is allowed, as this process was told.
        rules: the constants.
        store_keeps_day: whether the day's calls are in a store as well, as they are beside a file. Then only what
            is not in there yet is told to a coordinator that has forgotten them, and logins have its time of day.
        on_due: called when ``ask_at`` may have become earlier.
        ask_now: asks the coordinator before it returns, where that is possible.
    """

    def __init__(
        self,
        name: str,
        limits: Limits,
        rules: Rules,
        *,
        store_keeps_day: bool,
        on_due: Callable[[], None],
        ask_now: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self.limits = limits
        self.queue: LocalQueue[SharedPlace] = LocalQueue()
        self.counted = QuotaUsage(limits.calls_per_day, limits.grants_per_hour)
        self.reply: TurnReply | None = None
        """The last one."""
        self._rules = rules
        self._store_keeps_day = store_keeps_day
        self._on_due = on_due
        self._ask_now = ask_now
        self._calls = OwnCalls(rules, limits.period)
        self.blocks = self._new_blocks()
        self._turn_at = inf
        """When its callers, a 429 or its owner want the coordinator to be asked."""
        self._retry_at = -inf
        self._replied_for = 0.0
        self._round_trip = 0.0
        """Seconds that a request and its reply take, when it takes long."""
        self._number = 0
        self._serial = 0
        self._untold = UntoldUsage()
        self._places, self._period = limits.places, limits.period

    @property
    def ask_at(self) -> float:
        """When the coordinator is to be asked, on the clock of ``clock.monotonic``; it may become later, too."""
        return max(self._retry_at, min(self._turn_at, self._calls.report_at(), self.blocks.report_at()))

    def restart(self, name: str) -> None:
        """Begin anew under another name, in another event loop or process, whose callers know of no place yet."""
        self.name, self.reply = name, None
        self.queue = LocalQueue()
        self._calls = OwnCalls(self._rules, self._period)
        self.blocks = self._new_blocks()
        self._turn_at, self._number, self._serial = inf, 0, 0

    # -- callers ---------------------------------------------------------------------------------------------------

    def join(self, lane: int, turn: asyncio.Future[SharedPlace]) -> None:
        """Let a caller wait in a lane.

        Raises:
            QuotaExhausted: it would surely wait longer than ``max_wait``.
        """
        if self.reply is not None:
            check_wait(self.queue, lane, self.limits, self.reply)
        self.queue.join(lane, turn)
        if self.queue.waiting_in(lane) == 1:
            self.ask_by(clock.monotonic())

    def leave(self, lane: int, turn: asyncio.Future[SharedPlace]) -> None:
        """Take out a caller that gave up; a place that it was given in the same moment goes to the next one."""
        if turn.done() and not turn.cancelled():
            if turn.exception() is None:
                self.place_unused(turn.result())
            return
        turn.cancel()
        self._left(lane)

    def give_up(self, lane: int, turn: asyncio.Future[SharedPlace], max_wait: float) -> None:
        """Refuse a caller that has waited for as long as it may."""
        if not turn.done():
            left = self._turn_at - clock.monotonic() if self._turn_at < inf else 0.0  # a request is on its way
            turn.set_exception(max_wait_exceeded(max(1.0, left), max_wait))
            self._left(lane)

    def throttled(self, retry_after: float | None) -> None:
        """Report a 429 to the coordinator."""
        self._calls.throttled(retry_after or 0.0)
        self.blocks.stop()
        self.ask_by(clock.monotonic())

    def _left(self, lane: int) -> None:
        self.queue.left(lane)
        if not self.queue.waiting_in(lane):
            self.ask_by(clock.monotonic())  # others need not wait for it

    # -- places ----------------------------------------------------------------------------------------------------

    def place_left(self, place: SharedPlace, *, now: bool) -> None:
        """Note that a call is sent now, or, if not ``now``, at a moment that nobody knows.

        Raises:
            PlaceExpired: it may not be sent any more.
        """
        time = clock.monotonic()
        must_tell = place.opened and self._rules.opening_is_reported
        if (time > place.deadline or must_tell) and self._ask_now is not None:
            self._ask_now()
            time = clock.monotonic()
        if time > place.deadline or (must_tell and not place.opening_told):
            raise PlaceExpired(EXPIRED)
        if now:
            self._calls.sent(place, time)

    def place_over(self, place: SharedPlace, *, answered: bool) -> None:
        """Note that a call is over."""
        if place.over:
            return
        place.over = True
        shortest = self.reply.shortest if self.reply is not None else 0.0
        self._calls.over(place, clock.monotonic(), answered=answered, shortest=shortest)
        self._on_due()

    def place_unused(self, place: SharedPlace) -> None:
        """Note that a call surely never reached the server: the next caller gets its place, or the account."""
        if place.over:
            return
        place.over = True
        self._calls.unused(place)
        self.counted.uncount_call(place.minute)
        if place.login is not None:
            self.counted.uncount_login(place.login)
        self._on_due()

    # -- requests and replies --------------------------------------------------------------------------------------

    def ask_by(self, time: float) -> None:
        """See to it that the coordinator is asked then at the latest."""
        if time < self._turn_at:
            self._turn_at = time
            self._on_due()

    def request(self, now: float, *, alone_for: float = 0.0, leaving: bool = False) -> TurnRequest:
        """The next request; what it reports is told again until ``answered``.

        Args:
            now: the time.
            alone_for: seconds for which others may still make calls without the coordinator.
            leaving: whether the process ends.
        """
        limits, reply, calls, blocks = self.limits, self.reply, self._calls, self.blocks
        if leaving:
            blocks.stop()
        block = 0 if leaving or not len(self.queue) else blocks.wanted(now)
        self._turn_at, self._retry_at = inf, -inf
        self._serial += 1
        promise = min(self._rules.longest_promise, self._rules.promise + self._round_trip)
        request = TurnRequest(
            process=self.name,
            epoch=reply.epoch if reply is not None else "",
            serial=self._serial,
            number=self._number,
            promise=promise,
            spare=reply.spare if reply is not None else 0,
            places=self._places,
            period=self._period,
            calls_per_day=limits.calls_per_day,
            logins_per_hour=limits.grants_per_hour,
            want=self.queue.counts(MOST_WANTED * self._places),
            reports=[*calls.reports(now, promise), *blocks.reports(now, promise)],
            released=[*calls.released(), *blocks.released()],
            throttled=calls.take_throttled(),
            samples=calls.samples,
            shortest=calls.shortest,
            clock=reply.clock if reply is not None else None,
            since=now - self._replied_for,
            alone_for=alone_for,
            leaving=leaving,
            block=block,
        )
        return self._untold.told_in(request)

    def answered(self, request: TurnRequest, reply: TurnReply, asked_at: float) -> None:
        """Take a reply: callers get their places, or are refused.

        Args:
            request: what it replies to.
            reply: the reply.
            asked_at: when the request was made.
        """
        now = clock.monotonic()
        known: Tally | None = None
        if self.reply is not None and self.reply.epoch != reply.epoch:
            self.blocks.forget()
            self._calls.forget_unsent()  # these places cannot be kept any longer
            known = self.counted.unsynced() if self._store_keeps_day else self.counted.known()
            self.ask_by(now)
        self._untold.answered(request, known)
        self._calls.reported(request, asked_at, now)
        self.blocks.reported(request, asked_at)
        self.reply, self._replied_for = reply, asked_at
        self._round_trip = max(now - asked_at, 0.8 * self._round_trip)
        deadline = asked_at + request.promise
        for grant in reply.grants:
            self._number = max(self._number, grant.number)
            if grant.count > 1:
                self.blocks.granted(grant.number, grant.count, deadline)
            else:
                self._give(grant, deadline, now)
        refuse_spent(self.queue, self.limits, reply)
        if len(self.queue):
            # A request is to arrive when the time has come: the next one may take as long as this one did.
            self.ask_by(min(now, asked_at + USUAL) + (ASK_AGAIN if reply.ask_in is None else reply.ask_in))
        self._on_due()

    def _new_blocks(self) -> PlaceBlocks:
        return PlaceBlocks(self._rules, self.limits, self.counted, self._on_due, self._ask_now)

    def unanswered(self, retry_at: float) -> None:
        """Note that a request got no reply: it is made again then, and not before."""
        self._retry_at = retry_at
        self.ask_by(retry_at)

    def resume(self, calls: Mapping[int, int]) -> None:
        """Go on with the coordinator after a time without it.

        Args:
            calls: those of that time, by minute, that it is not told in any case.
        """
        self._calls.forget_unsent()  # it knows nothing of their places
        self._untold.add(calls)
        self.ask_by(clock.monotonic())

    def _give(self, grant: Grant, deadline: float, now: float) -> None:
        wall, login = clock.wall(), grant.login
        if login is not None:
            login = self.counted.take_login(login if self._store_keeps_day else wall)
        place = SharedPlace(self, grant.number, deadline, self.counted.take_call(wall), login)
        self._calls.granted(place)
        turn = self.queue.next(grant.lane) if now <= deadline else None
        if turn is None:
            self.place_unused(place)
        else:
            self.blocks.note_given()
            turn.set_result(place)
