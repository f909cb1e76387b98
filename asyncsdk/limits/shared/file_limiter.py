"""File limiter: the limits of one account for all processes of a machine, which share a small file.

Each step on the file takes some ten microseconds, in the event loop, under a lock that is not held for longer. A
process asks when its turn comes, with one timer, however many of its calls wait.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import ActOnError, SessionClosed, StoreFailed
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.shared.account_state import AccountState, DayCount
from asyncsdk.limits.shared.decision import decide
from asyncsdk.limits.shared.first_state import first_state
from asyncsdk.limits.shared.local_queue import LocalQueue
from asyncsdk.limits.shared.member import AccountMember
from asyncsdk.limits.shared.place import SharedPlace
from asyncsdk.limits.shared.process_name import process_name
from asyncsdk.limits.shared.reported_usage import usage_from
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.split_warning import SplitWarning
from asyncsdk.limits.shared.state_file import LockHeld, StateFile
from asyncsdk.limits.shared.turn_wait import wait_for_turn
from asyncsdk.limits.shared.turns import LANES, TurnReply, TurnRequest, lane_index
from asyncsdk.limits.shared.usage_merge import merge_usage
from asyncsdk.limits.tally import Tally

__all__ = ["FileLimiter"]

_log = logging.getLogger("asyncsdk")

TRY_AGAIN: Final = 0.001
"""Seconds until the lock is tried again, when another process holds it."""

AFTER_FAILURE: Final = 1.0
"""Seconds until what is to be reported is told again, when the file could not be used; callers are told at once."""

FILE_RULES: Final = Rules(promise=0.1, opening_is_reported=True, has_one_clock=True, grants_blocks=True)
"""A promise is renewed at once, and what a process reports is known to the others when its step is over."""

FRESH: Final = 0.25
"""Seconds for which ``usage`` tells what the last reply told."""


class FileLimiter:
    """Rate limiter of all processes that name the same file.

    Args:
        path: the file; it is made if it is missing, and need not outlive a boot.
        usage_path: where the store keeps the day's calls and the logins, with which a new file begins.
        limits: what the account is allowed.
        rules: the constants; tests of the tests give others.
    """

    def __init__(
        self, path: Path, usage_path: Path, limits: Limits | None = None, rules: Rules | None = None
    ) -> None:
        self.limits: Limits = limits or Limits()
        self._rules = rules or FILE_RULES
        self._path = path
        self._usage_path = usage_path
        self._split_warning = SplitWarning(f"by {path}")
        self._warned_of_machines = False
        self._closed = False
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Begin as a member that nobody knows, with nothing open: in a process that was forked, too."""
        self._process = os.getpid()
        self._file = StateFile(self._path, self._begin, self._warn_of_machines)
        self._member = AccountMember(
            process_name(),
            self.limits,
            self._rules,
            store_keeps_day=True,
            on_due=self._schedule,
            ask_now=self._ask,
        )
        self._pause: tuple[float, float] | None = None
        self._asking = False
        self._binding = threading.Lock()
        self._failing_until = -inf
        self._replied_at: float | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = inf

    def _check_process(self) -> None:
        """Go on as a member of its own in a process that was forked."""
        if self._process != os.getpid():
            self._begin_anew()

    async def acquire(self, lane: Lane = Lane.INTERACTIVE, *, login: bool = False) -> SharedPlace:
        """Wait for a place in every budget.

        Raises:
            QuotaExhausted: the day or the logins are spent, the server asked for a pause longer than
                ``longest_pause``, or the wait would be longer than ``max_wait``.
            StoreFailed: the file cannot be used.
            SessionClosed: it was closed.
            ActOnError: it is in use in another event loop.
        """
        if self._closed:
            raise _closed()
        loop = asyncio.get_running_loop()
        self._check_process()
        if loop is not self._loop:
            self._bind(loop)
        if not login and (place := self._member.blocks.take()) is not None:
            return place
        index = lane_index(lane, login=login)
        turn: asyncio.Future[SharedPlace] = loop.create_future()
        self._asking = True  # no timer for what is done at once
        try:
            self._member.join(index, turn)
        finally:
            self._asking = False
        if self._member.ask_at <= clock.monotonic():
            self._ask()
        else:
            self._schedule()
        if turn.done():
            return turn.result()
        return await wait_for_turn(self._member, index, turn)

    def throttled(self, retry_after: float | None) -> None:
        """Report a 429: the calls of all processes wait for so many seconds, or until the second is over."""
        if retry_after is not None:
            now = clock.wall()
            self._pause = (now, now + retry_after)
        self._member.throttled(retry_after)
        self._ask()

    def usage(self) -> Usage:
        """What is spent and what is left, of all processes; what others did may be missing for 0.25 s."""
        now = clock.monotonic()
        # The file is not touched before the session is open.
        if self._replied_at is not None and min(self._member.ask_at, self._replied_at + FRESH) <= now:
            self._ask()
        reply = self._member.reply
        if reply is None:
            return Usage(0, self.limits.calls_per_day, 0.0, self.limits.grants_per_hour, 0.0)
        return usage_from(reply, self.limits, source=f"the processes that share {self._path}")

    def drain(self) -> Tally:
        """Give what this process counted since the last time, for the store to add."""
        tally, pause = self._member.counted.take_unsynced(), self._pause
        if pause is not None:
            tally.add(Tally(pause=pause))
            self._pause = None
        return tally

    def undrain(self, tally: Tally) -> None:
        """Take back what the store could not add."""
        self._member.counted.put_back(tally)

    def adopt(self, kept: Tally) -> None:
        """Count what the store knows, such as the calls of an earlier boot."""
        if self._closed:
            return
        with suppress(LockHeld, OSError):  # the next time does as well; who acquires a place is told
            self._file.change(
                lambda state: merge_usage(state, kept, clock.monotonic(), clock.wall(), self.limits.period)
            )
        self._replied_at = -inf

    async def close(self) -> None:
        """Leave the other processes: nothing waits for this one any more; ``usage`` tells what it knew last.

        Callers that wait get ``SessionClosed``.
        """
        self._member.queue.reject(range(len(LANES)), _closed)
        if self._member.reply is not None:
            self._ask(leaving=True)
        self._closed = True
        self._schedule()
        self._file.close()

    # -- the file --------------------------------------------------------------------------------------------------

    def _ask(self, *, leaving: bool = False) -> None:
        """Make one request, and take its reply."""
        if self._closed:
            return
        self._check_process()
        now = clock.monotonic()
        request = self._member.request(now, leaving=leaving)
        self._asking = True
        try:
            reply = self._decided(request)
            self._replied_at = now
            self._failing_until = -inf
            self._member.answered(request, reply, now)
            self._split_warning.check(self.limits, reply)
        except LockHeld:
            self._member.unanswered(now + TRY_AGAIN)
        except OSError as error:
            self._failing_until = now + AFTER_FAILURE
            why = error.strerror or str(error)
            self._member.queue.reject(
                range(len(LANES)), lambda: StoreFailed(f"The file {self._path} cannot be used: {why}")
            )
        finally:
            self._asking = False
            self._schedule()

    def _decided(self, request: TurnRequest) -> TurnReply:
        def step(state: AccountState) -> TurnReply:
            return decide(state, request, clock.monotonic(), clock.wall(), self._rules)

        return self._file.change(step)

    def _begin(self, day: DayCount, since: float, is_new: bool) -> AccountState:
        return first_state(self._usage_path, day, since, is_new, self.limits.period, self._rules)

    def _warn_of_machines(self) -> None:
        if not self._warned_of_machines:
            self._warned_of_machines = True
            _log.warning(
                "Another machine uses %s, too. Processes of one machine share the limits by a file; for several"
                " machines there is asyncsdk.fleet.",
                self._path,
                extra={"acton_event": "limits_file_shared_by_machines"},
            )

    # -- the loop --------------------------------------------------------------------------------------------------

    def _schedule(self) -> None:
        """Set the one timer to the time at which the file is asked next; one that is early enough stays."""
        if self._asking or self._loop is None:
            return
        due = self._due() if not self._closed else inf
        if self._timer is not None:
            if self._timer_at <= due < inf:
                return
            self._timer.cancel()
            self._timer = None
        if due < inf:
            self._timer_at = due
            self._timer = self._loop.call_later(max(0.0, due - clock.monotonic()), self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        if self._due() <= clock.monotonic():
            self._ask()
        else:
            self._schedule()

    def _due(self) -> float:
        """When the file is asked next, if no caller makes it be asked."""
        return max(self._member.ask_at, self._failing_until)

    def _bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Serve another event loop from now on.

        Raises:
            ActOnError: the last one is still in use.
        """
        with self._binding:
            if self._is_in_use():
                raise ActOnError(
                    "This limiter is in use in another event loop, and serves one at a time. Give the session in"
                    " each thread a FileStore of its own: they share the limits by the file."
                )
            self._member.queue = LocalQueue()  # who waited there is gone with the loop
            self._loop, self._timer = loop, None

    def _is_in_use(self) -> bool:
        """Whether the last loop may still serve callers."""
        loop = self._loop
        return loop is not None and not loop.is_closed() and (loop.is_running() or len(self._member.queue) > 0)


def _closed() -> SessionClosed:
    return SessionClosed("The session is closed; nothing was sent.")
