"""Account member: the limiter's side in one process, without the way to the coordinator.

Its callers wait in a local queue. It makes the requests for turns, gives each grant to the next caller, and remembers
what it has to report: the places that it holds, what became of its calls, a 429.

Whoever owns it carries its requests to the coordinator when ``ask_at`` has come, and hands it the replies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf

from asyncsdk import clock
from asyncsdk.errors import PlaceExpired
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.quota import QuotaUsage
from asyncsdk.limits.refusals import day_spent, logins_spent, max_wait_exceeded, pause_too_long
from asyncsdk.limits.shared.local_queue import LocalQueue
from asyncsdk.limits.shared.place import SharedPlace
from asyncsdk.limits.shared.rules import LONGEST_REPORT_DELAY, Rules
from asyncsdk.limits.shared.turns import LANES, LOGIN, Grant, Report, TurnReply, TurnRequest
from asyncsdk.limits.tally import MINUTE, Tally

__all__ = ["AccountMember"]

MOST_WANTED = 10
"""Calls in each lane that are asked for at the most, in periods."""


class AccountMember:
    """Member of an account: one process, or one session in it.

    Args:
        name: which no other member has.
        limits: what the account is allowed, as this process was told.
        rules: the constants.
        store_keeps_day: whether the day's calls are in a store as well, as they are beside a file. Then only what is
            not in there yet is told to a coordinator that has forgotten them, and logins have its time of day.
        on_due: called when ``ask_at`` has become earlier.
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
        self.ask_at: float = inf
        """When the coordinator is to be asked, on the clock of ``clock.monotonic``."""
        self._rules = rules
        self._store_keeps_day = store_keeps_day
        self._on_due = on_due
        self._ask_now = ask_now
        self._turn_at = 0.0
        self._replied_for = 0.0
        self._number = 0
        self._unsent: dict[int, SharedPlace] = {}
        self._sent: dict[int, SharedPlace] = {}
        self._landed: dict[int, float] = {}
        self._released: list[int] = []
        self._throttled: float | None = None
        self._samples = 0
        self._shortest = 60.0
        self._forgotten = Tally()

    # -- callers ---------------------------------------------------------------------------------------------------

    def join(self, lane: int, turn: asyncio.Future[SharedPlace]) -> None:
        """Let a caller wait in a lane.

        Raises:
            QuotaExhausted: it would surely wait longer than ``max_wait``.
        """
        self._refuse_if_too_long(lane)
        self.queue.join(lane, turn)
        if self.queue.counts()[lane] == 1:
            self.ask_by(clock.monotonic())

    def leave(self, lane: int, turn: asyncio.Future[SharedPlace]) -> None:
        """Take out a caller that gave up; a place that it was given in the same moment goes to the next one."""
        if turn.cancelled() or turn.cancel():  # who awaits it was cancelled, and it with them
            self.queue.left(lane)
            if not self.queue.counts()[lane]:
                self.ask_by(clock.monotonic())  # others need not wait for it
        elif turn.exception() is None:
            self.place_unused(turn.result())

    def give_up(self, lane: int, turn: asyncio.Future[SharedPlace], max_wait: float) -> None:
        """Refuse a caller that has waited for as long as it may."""
        if not turn.done():
            self.queue.left(lane)
            turn.set_exception(max_wait_exceeded(max(1.0, self._turn_at - clock.monotonic()), max_wait))

    def throttled(self, retry_after: float | None) -> None:
        """Report a 429 to the coordinator."""
        self._throttled = max(self._throttled or 0.0, retry_after or 0.0)
        self.ask_by(clock.monotonic())

    # -- places ----------------------------------------------------------------------------------------------------

    def place_left(self, place: SharedPlace, *, now: bool) -> None:
        """Note that a call is sent now; if not ``now``, at a moment that nobody knows: its place is kept until it ends.

        Raises:
            PlaceExpired: it may not be sent any more.
        """
        time = clock.monotonic()
        if time > place.deadline and self._ask_now is not None:
            self._ask_now()
        if time > place.deadline:
            raise PlaceExpired(
                "This process was held up between a call's turn and its sending, so that its place in the limits is"
                " over. Nothing was sent."
            )
        if not now:
            return
        place.sent_at = time
        self._unsent.pop(place.number, None)
        self._sent[place.number] = place
        if place.opened:  # it holds its place for longer than was said
            self.ask_by(time)
            if self._ask_now is not None:
                self._ask_now()

    def place_over(self, place: SharedPlace, *, answered: bool) -> None:
        """Note that a call is over."""
        if self._end(place):
            now = clock.monotonic()
            self._landed[place.number] = self._latest_arrival(place, now, answered)
            self.ask_by(now + LONGEST_REPORT_DELAY)

    def place_unused(self, place: SharedPlace) -> None:
        """Note that a call surely never reached the server: the next caller gets its place, or the account."""
        if not self._end(place):
            return
        self.counted.uncount_call(place.minute)
        if place.login is not None:
            self.counted.uncount_login(place.login)
        self._released.append(place.number)
        self.ask_by(clock.monotonic())

    def _end(self, place: SharedPlace) -> bool:
        if place.over:
            return False
        place.over = True
        self._unsent.pop(place.number, None)
        self._sent.pop(place.number, None)
        return True

    def _latest_arrival(self, place: SharedPlace, now: float, answered: bool) -> float:
        travel = self._rules.opening if place.opened else self._rules.travel
        if not answered:
            return (now if place.sent_at is None else place.sent_at) + travel
        if place.sent_at is None:
            return now
        if place.opened:
            return min(now, place.sent_at + travel)
        self._samples += 1
        self._shortest = min(self._shortest, now - place.sent_at)
        believed = self.reply.shortest if self.reply is not None else 0.0
        return min(now - believed, place.sent_at + travel)

    # -- requests and replies --------------------------------------------------------------------------------------

    def ask_by(self, time: float) -> None:
        """See to it that the coordinator is asked then at the latest."""
        if time < self.ask_at:
            self.ask_at = time
            self._on_due()

    def request(self, now: float, *, alone_for: float = 0.0, leaving: bool = False) -> TurnRequest:
        """The next request; what it reports is told if a reply comes, and is kept if ``unanswered`` is called."""
        self.ask_at = inf
        reply = self.reply
        wall = clock.wall()
        most = MOST_WANTED * self.limits.places
        return TurnRequest(
            process=self.name,
            epoch=reply.epoch if reply is not None else "",
            number=self._number,
            places=self.limits.places,
            period=self.limits.period,
            calls_per_day=self.limits.calls_per_day,
            logins_per_hour=self.limits.grants_per_hour,
            want=[min(count, most) for count in self.queue.counts()],
            reports=self._reports(now),
            released=list(self._released),
            throttled=self._throttled,
            samples=self._samples,
            shortest=self._shortest,
            clock=reply.clock if reply is not None else None,
            since=now - self._replied_for,
            calls={int(wall // MINUTE) - minute: n for minute, n in self._forgotten.calls.items() if n > 0},
            logins=[wall - login for login in self._forgotten.logins],
            alone_for=alone_for,
            leaving=leaving,
        )

    def answered(self, request: TurnRequest, reply: TurnReply, asked_at: float) -> None:
        """Take a reply: callers get their places, or are refused.

        Args:
            request: what it replies to.
            reply: the reply.
            asked_at: when the request was made.
        """
        self._forget_told(request)
        forgotten = self.reply is not None and self.reply.epoch != reply.epoch
        self.reply, self._replied_for = reply, asked_at
        if forgotten:
            self._tell_again(asked_at)
        self._renew_promises(asked_at)
        for grant in reply.grants:
            self._give(grant, asked_at)
        self._refuse(reply)
        if reply.ask_in is not None and len(self.queue):
            self._turn_at = clock.monotonic() + reply.ask_in
            self.ask_by(self._turn_at)
        for place in self._unsent.values():
            self.ask_by(place.deadline - self._rules.promise / 3)

    def unanswered(self, retry_at: float) -> None:
        """Note that a request got no reply: it is made again."""
        self.ask_by(retry_at)

    def _renew_promises(self, asked_at: float) -> None:
        """Give the calls that were not sent yet more time, if their places were surely still theirs."""
        now = clock.monotonic()
        for place in self._unsent.values():
            if now < place.deadline + self._rules.travel + self.limits.period:
                place.deadline = asked_at + self._rules.promise

    def _reports(self, now: float) -> list[Report]:
        rules = self._rules
        reports = [Report(number, now - arrived, True) for number, arrived in self._landed.items()]
        for place in self._sent.values():
            if not place.told and place.sent_at is not None:
                arrived = place.sent_at + (rules.opening if place.opened else rules.travel)
                reports.append(Report(place.number, now - arrived, False))
        reports += [Report(number, -(rules.promise + rules.travel), False) for number in self._unsent]
        return reports

    def _forget_told(self, request: TurnRequest) -> None:
        for report in request.reports:
            if report.landed:
                self._landed.pop(report.number, None)
            elif (place := self._sent.get(report.number)) is not None:
                place.told = True
        told = set(request.released)
        self._released = [number for number in self._released if number not in told]
        if self._throttled == request.throttled:
            self._throttled = None
        self._samples = max(0, self._samples - request.samples)
        self._forgotten = Tally()

    def _tell_again(self, now: float) -> None:
        """Tell a coordinator that has forgotten everything what this process knows."""
        self._forgotten = self.counted.unsynced() if self._store_keeps_day else self.counted.known()
        self._unsent.clear()  # these places cannot be kept any longer
        self.ask_by(now)

    def _give(self, grant: Grant, asked_at: float) -> None:
        wall = clock.wall()
        self._number = max(self._number, grant.number)
        login: float | None = None
        if grant.login is not None:
            login = self.counted.take_login(grant.login if self._store_keeps_day else wall)
        place = SharedPlace(self, grant.number, asked_at + self._rules.promise, self.counted.take_call(wall), login)
        self._unsent[place.number] = place
        turn = self.queue.next(grant.lane)
        if turn is None:
            self.place_unused(place)
        else:
            turn.set_result(place)

    def _refuse(self, reply: TurnReply) -> None:
        """Refuse the callers that nobody knows how long they would have to wait."""
        limits = self.limits
        if reply.paused > limits.longest_pause:
            self.queue.reject(range(len(LANES)), lambda: pause_too_long(reply.paused, limits.longest_pause))
        if reply.calls_made >= limits.calls_per_day:
            self.queue.reject(range(len(LANES)), lambda: day_spent(limits.calls_per_day, reply.calls_reset_in))
        if reply.logins_made >= limits.grants_per_hour:
            self.queue.reject([LOGIN], lambda: logins_spent(limits.grants_per_hour, reply.logins_reset_in))

    def _refuse_if_too_long(self, lane: int) -> None:
        max_wait, reply = self.limits.max_wait, self.reply
        if max_wait is None or reply is None:
            return
        local = self.queue.counts()[lane]
        ahead = local + min(reply.waiting[lane], reply.rivals[lane] * (local + 1))
        wait = ahead // reply.places * reply.period if local else 0.0
        if wait > max_wait:
            raise max_wait_exceeded(wait, max_wait)
