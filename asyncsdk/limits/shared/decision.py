"""Decision of the coordinator: the law of an account's limits, as a pure function over its state.

A grant is for now: the process promises that the call leaves soon. The call holds its place until a period, and a
margin, after the latest moment at which it can have arrived, as far as that is known: when it was granted, sent or
answered. So a place that a process which was killed had is free by itself.

Several processes take turns. Each is told when its next one comes, and only it asks then.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nextafter

from attrs import define, evolve

from asyncsdk.limits.shared.account_state import AccountState, Hold, LoginRecord, Member
from asyncsdk.limits.shared.closing import close_until_known, unknown_until
from asyncsdk.limits.shared.held_places import apply_reports, free_at, merge_ended
from asyncsdk.limits.shared.membership import AccountLimit, account_limit, deal_spare, greet
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turn_order import Turns, allot, note_waiting, remember_wait
from asyncsdk.limits.shared.turns import INTERACTIVE, LANES, LOGIN, NOBODY, NOTHING, Grant, TurnReply, TurnRequest
from asyncsdk.limits.tally import DAY, HOUR, MINUTE, SKEW

__all__ = ["decide"]

SOON = 0.001
"""Seconds until a process asks again at the least."""


def decide(state: AccountState, request: TurnRequest, now: float, wall: float, rules: Rules) -> TurnReply:
    """Carry out one request; changes the state.

    Args:
        state: the account's state.
        request: what a process reports and wants.
        now: the coordinator's clock, in seconds; it never goes back but by mistake.
        wall: the time of day there.
        rules: the constants.
    """
    member = state.members.get(request.process)
    if member is not None and 0 < request.serial <= member.serial:
        return _Decision(state, request, now, wall, rules, member, account_limit(state)).overtaken()
    if member is not None and 0 < request.told_since <= member.serial:
        request = evolve(request, calls=NOTHING, logins=())
    unknown = unknown_until(state, request, now, rules)
    member = greet(state, request, now, rules.lease)
    decision = _Decision(state, request, now, wall, rules, member, account_limit(state))
    if unknown > -inf:
        close_until_known(state, unknown, max(decision.limit.period, request.period), rules)
    return decision.carry_out()


@define
class _Decision:
    """Decision of one request."""

    state: AccountState
    request: TurnRequest
    now: float
    wall: float
    rules: Rules
    member: Member
    limit: AccountLimit

    def carry_out(self) -> TurnReply:
        """Note what is reported, and give turns."""
        state, request, limit = self.state, self.request, self.limit
        self._forget_old()
        self._restore()
        period = max(limit.period, request.period)
        apply_reports(state, request, self.now, period, self.rules)
        if request.samples > 0:
            state.samples += request.samples
            state.shortest = min(state.shortest, request.shortest)
        if request.throttled is not None:
            self._close(request.throttled)
        state.clock = self.now
        return self._give_turns(period + state.margin)

    def overtaken(self) -> TurnReply:
        """Reply to a request that a later one has overtaken on its way: nothing is changed."""
        return self._reply([], SOON, self.member.spare)

    def _restore(self) -> None:
        """Count what was forgotten here, or was not seen."""
        state, request = self.state, self.request
        if request.calls:
            minute = int(self.wall // MINUTE)
            for age, number in request.calls.items():
                if 0 <= age * MINUTE < DAY:
                    state.day.add(minute - age, max(0, number))
        for ago in request.logins:
            state.logins.append(LoginRecord(self.wall - ago))

    def _forget_old(self) -> None:
        state, wall = self.state, self.wall
        state.begin_minute(int(wall // MINUTE))
        if state.logins:
            state.logins = [each for each in state.logins if wall - HOUR < each.time <= wall + SKEW]
        if state.waiting:
            # Who asks late has its turn all the same, if nobody has asked meanwhile.
            on_time, process = self.now - self.rules.grace, self.request.process
            state.waiting = [each for each in state.waiting if each.due >= on_time or each.process == process]

    def _close(self, seconds: float) -> None:
        """Close the account after a 429, for so many seconds, or until the period that is full is over."""
        state, rules = self.state, self.rules
        state.margin = min(rules.widest, state.margin + rules.widening)
        pause = seconds or self.limit.period + state.margin
        state.closed_until = max(state.closed_until, self.now + pause)

    def _give_turns(self, length: float) -> TurnReply:
        state, request, limit = self.state, self.request, self.limit
        held = own = 0
        for hold in state.holds:
            held += hold.count
            if hold.process == request.process:
                own += hold.count
        wanted = self._wanted()
        left = request.calls_per_day - state.day.made
        is_smaller = request.places < limit.places or request.period > limit.period
        most = min(left, request.places - own) if is_smaller else left
        free = limit.places - held
        open_now = free if self.now >= state.closed_until else 0
        turns = allot(state, request.process, wanted, most, open_now, self.rules.reserve)
        ask_in = self._next_ask(turns, free, length)
        grants = [
            self._grant(number, lane, length) for number, lane in enumerate(turns.granted, request.number + 1)
        ]
        if ask_in is None and min(sum(wanted), left) > len(grants):
            ask_in = self._share_free_in()
        if request.block and ask_in is None and all(each.process == request.process for each in state.waiting):
            grants += self._block(len(grants), min(most, open_now) - len(grants), length)
        self.member.number = request.number + len(grants)
        due = None if ask_in is None else self.now + ask_in
        remember_wait(state, request.process, turns, due or 0.0)
        note_waiting(self.member, wanted, turns, due)
        merge_ended(state, limit.places, limit.period)
        spare = deal_spare(state, request, self.now, limit.places, self.rules)
        if request.leaving:
            del state.members[request.process]
        return self._reply(grants, ask_in, spare)

    def _wanted(self) -> Sequence[int]:
        """How many calls of each lane may have a turn, as far as the logins of the hour allow."""
        request = self.request
        if request.leaving:
            return NOBODY
        logins_left = max(0, request.logins_per_hour - len(self.state.logins))
        if request.want[LOGIN] <= logins_left:
            return request.want
        wanted = list(request.want)
        wanted[LOGIN] = logins_left
        return wanted

    def _block(self, granted: int, most: int, length: float) -> list[Grant]:
        """A block of places: no more than half of those that are free, so that others find some, too."""
        count = min(self.request.block, most // 2)
        return [self._grant(self.request.number + granted + 1, INTERACTIVE, length, count)] if count > 1 else []

    def _grant(self, number: int, lane: int, length: float, count: int = 1) -> Grant:
        state, request, now, rules = self.state, self.request, self.now, self.rules
        minute = int(self.wall // MINUTE)
        login = None
        if lane == LOGIN:
            login = self._login_time()
            state.logins.append(LoginRecord(login, request.process, number))
        state.day.add(minute, count)
        arrived = now + min(request.promise, rules.longest_promise) + rules.unreported_travel
        state.holds.append(
            Hold(request.process, number, arrived + length, now + length, False, count, minute, login)
        )
        return Grant(number, lane, minute, login, count)

    def _login_time(self) -> float:
        """The time of a login; with a coarse clock, two logins are two."""
        time = self.wall
        times = {each.time for each in self.state.logins}
        while time in times:
            time = nextafter(time, inf)
        return time

    def _next_ask(self, turns: Turns, free: int, length: float) -> float | None:
        """Seconds until the process's next turn can come at the earliest; None if none of its calls waits."""
        if not any(turns.left):
            return None
        state, now, places = self.state, self.now, self.limit.places
        times = [now] * free
        times += sorted(free_at(hold, now) for hold in state.holds for _ in range(min(hold.count, places)))
        rounds, index = divmod(turns.next - 1, places)
        at = max(times[len(times) - places + index], state.closed_until) + rounds * length
        return max(SOON, at - now)

    def _share_free_in(self) -> float:
        """Seconds until a place of the process's own share is free, which is smaller than the account's."""
        now, process = self.now, self.request.process
        times = [free_at(hold, now) for hold in self.state.holds if hold.process == process]
        return max(SOON, min(times, default=now) - now)

    def _reply(self, grants: list[Grant], ask_in: float | None, spare: int) -> TurnReply:
        state, rules, limit, wall = self.state, self.rules, self.limit, self.wall
        waiting, rivals = self._others_waiting()
        oldest = state.day.oldest()
        first_login = min(each.time for each in state.logins) if state.logins else None
        return TurnReply(
            epoch=state.epoch,
            clock=self.now,
            grants=grants,
            ask_in=ask_in,
            calls_made=state.day.made,
            calls_reset_in=0.0 if oldest is None else (oldest + 1) * MINUTE + DAY - wall,
            logins_made=len(state.logins),
            logins_reset_in=0.0 if first_login is None else min(HOUR, max(0.0, first_login + HOUR - wall)),
            paused=state.closed_until - self.now if state.closed_until > self.now else 0.0,
            processes=len(state.members),
            spare=spare,
            margin=state.margin,
            shortest=state.shortest if state.samples >= rules.samples else 0.0,
            waiting=waiting,
            rivals=rivals,
            places=limit.places,
            period=limit.period,
        )

    def _others_waiting(self) -> tuple[Sequence[int], Sequence[int]]:
        """Calls of other processes that wait, and how many processes these are, by lane."""
        if not self.state.waiting:
            return NOBODY, NOBODY
        waiting, rivals = [0] * len(LANES), [0] * len(LANES)
        for each in self.state.waiting:
            if each.process != self.request.process:
                waiting[each.lane] += each.count
                rivals[each.lane] += 1
        return waiting, rivals
