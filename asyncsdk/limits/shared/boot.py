"""Boot of the machine: what tells one from the next, and from another machine; each boot has a clock of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from asyncsdk.limits.shared.account_state import AccountState

__all__ = ["boot_name", "move_times"]

_LINUX: Final = Path("/proc/sys/kernel/random/boot_id")


@cache
def boot_name() -> str:
    """The name of this boot; empty where the system has none. There a clock that went back tells of a new boot."""
    try:
        return _LINUX.read_text().strip()[:36]
    except (OSError, UnicodeDecodeError):
        return ""


def move_times(state: AccountState, seconds: float) -> None:
    """Move all times of a state, which another clock has measured, to the clock of this boot.

    Args:
        state: the account's state.
        seconds: how far this clock is ahead of the other one.
    """
    state.created += seconds
    state.clock += seconds
    state.closed_until += seconds
    for hold in state.holds:
        hold.free_at += seconds
        hold.earliest += seconds
    for waiting in state.waiting:
        waiting.due += seconds
    for member in state.members.values():
        member.seen += seconds
        member.due += seconds
