"""Turn wait: how a caller of a shared limiter waits, and leaves if it is cancelled or has waited too long."""

from __future__ import annotations

import asyncio

from asyncsdk.limits.shared.member import AccountMember
from asyncsdk.limits.shared.place import SharedPlace

__all__ = ["wait_for_turn"]


async def wait_for_turn(member: AccountMember, lane: int, turn: asyncio.Future[SharedPlace]) -> SharedPlace:
    """Wait for a turn that ``join`` was called with.

    Raises:
        QuotaExhausted: a budget is spent, or the caller waited for ``max_wait``.
    """
    max_wait, timer = member.limits.max_wait, None
    if max_wait is not None:
        timer = asyncio.get_running_loop().call_later(max_wait, member.give_up, lane, turn, max_wait)
    try:
        return await turn
    except BaseException:
        member.leave(lane, turn)
        raise
    finally:
        if timer is not None:
            timer.cancel()
