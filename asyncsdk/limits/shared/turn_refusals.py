"""Turn refusals: callers of a shared limiter that get no turn: a budget is spent, or the wait is too long."""

from __future__ import annotations

from asyncsdk.limits.policy import Limits
from asyncsdk.limits.refusals import day_spent, logins_spent, max_wait_exceeded, pause_too_long
from asyncsdk.limits.shared.local_queue import LocalQueue
from asyncsdk.limits.shared.place import SharedPlace
from asyncsdk.limits.shared.turns import LANES, LOGIN, TurnReply

__all__ = ["check_wait", "refuse_spent"]


def check_wait(queue: LocalQueue[SharedPlace], lane: int, limits: Limits, reply: TurnReply) -> None:
    """Check that a newcomer need not surely wait longer than ``max_wait``.

    Args:
        queue: the callers of this process that wait.
        lane: the newcomer's.
        limits: what the account is allowed.
        reply: the coordinator's last one.

    Raises:
        QuotaExhausted: it must.
    """
    if limits.max_wait is None or not (local := queue.waiting_in(lane)):
        return
    ahead = local + min(reply.waiting[lane], reply.rivals[lane] * (local + 1))
    wait = ahead // reply.places * reply.period
    if wait > limits.max_wait:
        raise max_wait_exceeded(wait, limits.max_wait)


def refuse_spent(queue: LocalQueue[SharedPlace], limits: Limits, reply: TurnReply) -> None:
    """Refuse the callers that wait for more than a place in the second, as far as the coordinator's reply tells.

    Args:
        queue: the callers of this process that wait.
        limits: what the account is allowed.
        reply: the coordinator's last one.
    """
    if not len(queue):
        return
    every_lane = range(len(LANES))
    if reply.paused > limits.longest_pause:
        queue.reject(every_lane, lambda: pause_too_long(reply.paused, limits.longest_pause))
    if reply.calls_made >= limits.calls_per_day:
        queue.reject(every_lane, lambda: day_spent(limits.calls_per_day, reply.calls_reset_in))
    if reply.logins_made >= limits.grants_per_hour:
        queue.reject([LOGIN], lambda: logins_spent(limits.grants_per_hour, reply.logins_reset_in))
