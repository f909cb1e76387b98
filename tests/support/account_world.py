"""Account world: processes that share one account's limits, a coordinator and a server, in virtual time.

Each process has a real ``AccountMember``. What is made up is what lies between: requests and replies that take
time, are lost or are late, calls that take 20 to 200 ms each way, and processes that are killed and frozen. The
coordinator is a parameter: a home of the law.
"""

from __future__ import annotations

import asyncio
from math import inf
from random import Random
from typing import Protocol

from attrs import define, field

from asyncsdk import clock
from asyncsdk.errors import PlaceExpired, QuotaExhausted
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.shared.account_state import AccountState
from asyncsdk.limits.shared.closing import close_until_known
from asyncsdk.limits.shared.decision import decide
from asyncsdk.limits.shared.member import AccountMember
from asyncsdk.limits.shared.place import SharedPlace
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turn_wait import wait_for_turn
from asyncsdk.limits.shared.turns import TurnReply, TurnRequest

__all__ = ["STRICT", "STRICT_BY_FILE", "AccountHome", "AccountWorld", "Link", "MemoryHome", "SimulatedProcess"]

STRICT = Rules(samples=10**9)
"""Rules that believe in no shortest round trip: that is an estimate, and the laws are to hold without any."""

STRICT_BY_FILE = Rules(samples=10**9, promise=0.1, opening_is_reported=True)
"""The same, as a file has them."""

SLOWEST, SLOWEST_OPENED = 0.2, 0.6
"""Seconds to the server at most; the second for a call that opened its connection."""

TIMEOUT = 1.0
MOST_AT_ONCE = 1_000
"""Requests in one moment from which on something asks without end."""


class AccountHome(Protocol):
    """Home of the law: carries out requests on the one state of an account."""

    def decide(self, request: TurnRequest, now: float, wall: float) -> TurnReply:
        """Carry out one request at a time that is given."""
        ...

    def forget(self, now: float) -> None:
        """Lose the state; the next one is closed until all calls are over that the lost one knew of."""
        ...


class MemoryHome:
    """Home in memory."""

    def __init__(self, rules: Rules = STRICT) -> None:
        self.rules = rules
        self.state = AccountState("epoch 0", 0.0, 0.0, rules.margin)
        self._epochs = 0

    def decide(self, request: TurnRequest, now: float, wall: float) -> TurnReply:
        """Carry out one request."""
        return decide(self.state, request, now, wall, self.rules)

    def forget(self, now: float) -> None:
        """Begin anew."""
        self._epochs += 1
        self.state = AccountState(f"epoch {self._epochs}", now, now, self.rules.margin)
        close_until_known(self.state, now, 1.0, self.rules)


@define
class Link:
    """Way from a process to the coordinator: seconds each way, and how often something goes wrong."""

    delay: tuple[float, float] | None = None
    """None: a file, where a request is carried out at once."""

    request_lost: float = 0.0
    reply_lost: float = 0.0
    late: float = 0.0
    """How often a request is carried out long after its process gave it up."""


@define
class AccountWorld:
    """World of one account.

    Args:
        home: of the law.
        seed: of all that is random.
        limits: of each process; those that need other ones are told.
        rules: of the processes.
    """

    home: AccountHome
    seed: int = 0
    limits: Limits = field(factory=Limits)
    rules: Rules = STRICT
    random: Random = field(init=False)
    processes: list[SimulatedProcess] = field(init=False, factory=lambda: list[SimulatedProcess]())
    arrivals: list[tuple[float, str, int]] = field(init=False, factory=lambda: list[tuple[float, str, int]]())
    """When calls reached the server, from which process and in which lane."""

    decided: list[tuple[float, TurnRequest, TurnReply]] = field(
        init=False, factory=lambda: list[tuple[float, TurnRequest, TurnReply]]()
    )
    """What the coordinator carried out."""

    def __attrs_post_init__(self) -> None:
        self.random = Random(self.seed)

    def process(self, link: Link | None = None, limits: Limits | None = None) -> SimulatedProcess:
        """Start another process."""
        process = SimulatedProcess(self, f"p{len(self.processes)}", link or Link(), limits or self.limits)
        self.processes.append(process)
        return process

    def decide(self, request: TurnRequest) -> TurnReply:
        """Carry out a request now."""
        now = clock.monotonic()
        if len(self.decided) > MOST_AT_ONCE:
            assert self.decided[-MOST_AT_ONCE][0] < now, "a process asks without end"
        reply = self.home.decide(request, now, clock.wall())
        self.decided.append((now, request, reply))
        return reply

    def end(self) -> None:
        """End all processes, and what is on its way."""
        for process in self.processes:
            process.kill()

    def spare_places(self) -> int:
        """Places that the living processes would use together without the coordinator."""
        return sum(each.member.reply.spare for each in self.processes if not each.dead and each.member.reply)


class SimulatedProcess:
    """Process with a member of the account, and with calls."""

    def __init__(self, world: AccountWorld, name: str, link: Link, limits: Limits) -> None:
        self.world = world
        self.link = link
        self.dead = False
        self.frozen_until = 0.0
        self.sent = 0
        self.expired = 0
        self.refused = 0
        self.tasks: set[asyncio.Task[None]] = set()
        by_file = link.delay is None
        self.member = AccountMember(
            name,
            limits,
            world.rules,
            store_keeps_day=False,
            on_due=self._due,
            ask_now=self._ask if by_file else None,
        )
        self._asking = False
        self._timer: asyncio.TimerHandle | None = None

    # -- calls -----------------------------------------------------------------------------------------------------

    def start(self, lane: int = 2, *, opens: float = 0.0, answer: float = 0.0) -> asyncio.Task[None]:
        """Make one call, which waits so long for a connection, and the server so long with its answer."""
        task = asyncio.get_running_loop().create_task(self.call(lane, opens=opens, answer=answer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def call(self, lane: int = 2, *, opens: float = 0.0, answer: float = 0.0) -> None:
        """Make one call, and wait for its answer; a place that is over is asked for again."""
        while True:
            try:
                place = await self.acquire(lane)
            except QuotaExhausted:
                self.refused += 1
                return
            try:
                await self._awake()
                if opens:
                    await asyncio.sleep(opens)
                    await self._awake()
                place.left(opened=opens > 0)
                break
            except PlaceExpired:
                self.expired += 1
                place.unused()
            except asyncio.CancelledError:
                place.unused()
                raise
        await self._answered(place, lane, opened=opens > 0, answer=answer)

    async def acquire(self, lane: int = 2) -> SharedPlace:
        """Wait for a place."""
        if (ahead := self.member.blocks.take()) is not None:
            return ahead
        turn: asyncio.Future[SharedPlace] = asyncio.get_running_loop().create_future()
        self.member.join(lane, turn)
        return await wait_for_turn(self.member, lane, turn)

    async def _answered(self, place: SharedPlace, lane: int, *, opened: bool, answer: float) -> None:
        random = self.world.random
        there = random.uniform(0.02, SLOWEST_OPENED if opened else SLOWEST)
        self.sent += 1
        self.world.arrivals.append((clock.monotonic() + there, self.member.name, lane))
        try:
            await asyncio.sleep(there + answer + random.uniform(0.02, 0.2))
            await self._awake()
        except asyncio.CancelledError:
            place.lost()
            raise
        place.answered()

    # -- what goes wrong -------------------------------------------------------------------------------------------

    def kill(self) -> None:
        """End at once, without a word."""
        self.dead = True
        for task in list(self.tasks):
            task.cancel()

    def freeze(self, seconds: float) -> None:
        """Do nothing for so long; what is on its way travels on."""
        self.frozen_until = max(self.frozen_until, clock.monotonic() + seconds)

    async def _awake(self) -> None:
        left = self.frozen_until - clock.monotonic()
        if left > 0:
            await asyncio.sleep(left)
            await self._awake()

    # -- the way to the coordinator --------------------------------------------------------------------------------

    def _due(self) -> None:
        """Set the one timer to the time at which the coordinator is asked next."""
        if self._asking or self.dead:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        at = max(self.member.ask_at, self.frozen_until)
        if at < inf:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, at - clock.monotonic()), self._on_timer)

    def _on_timer(self) -> None:
        if self.dead or self.frozen_until > clock.monotonic() or self.member.ask_at > clock.monotonic():
            self._due()
        elif self.link.delay is None:
            self._ask()
        else:
            self._asking = True
            task = asyncio.get_running_loop().create_task(self._carry(self.link.delay))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def _ask(self) -> None:
        if self.dead:
            return
        now = clock.monotonic()
        request = self.member.request(now)
        self._asking = True
        try:
            self.member.answered(request, self.world.decide(request), now)
        finally:
            self._asking = False
            self._due()

    async def _carry(self, delay: tuple[float, float]) -> None:
        """Carry one request to the coordinator, and its reply back."""
        try:
            asked_at = clock.monotonic()
            request = self.member.request(asked_at)
            reply = await self._travel(request, delay)
            await self._awake()
            if reply is None:
                self.member.unanswered(clock.monotonic() + 0.05)
            else:
                self.member.answered(request, reply, asked_at)
        finally:
            self._asking = False
            self._due()

    async def _travel(self, request: TurnRequest, delay: tuple[float, float]) -> TurnReply | None:
        random, link = self.world.random, self.link
        if random.random() < link.late:
            loop = asyncio.get_running_loop()
            loop.call_later(random.uniform(0.5, 6.0), self.world.decide, request)
            await asyncio.sleep(random.uniform(0.0, TIMEOUT))
            return None
        await asyncio.sleep(random.uniform(*delay))
        if random.random() < link.request_lost:
            await asyncio.sleep(TIMEOUT / 2)
            return None
        reply = self.world.decide(request)
        await asyncio.sleep(random.uniform(*delay))
        if random.random() < link.reply_lost:
            await asyncio.sleep(TIMEOUT / 2)
            return None
        return reply
