"""First state: what an account's limits begin with where no file of them can be used.

The store knows the day's calls and the logins. What it does not know is which calls were let through in the last
second; a file that was damaged or deleted knew it. So the account is closed at first, until all of these are over.
Only where there was no file before, it is open at once: an empty lock file of the store tells.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from asyncsdk import clock
from asyncsdk.files.json_file import read
from asyncsdk.limits.shared.account_state import AccountState, DayCount
from asyncsdk.limits.shared.closing import close_until_known
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.usage_merge import merge_usage
from asyncsdk.limits.tally import tally_from

__all__ = ["first_state"]

_MARK: Final = b"limits\n"


def first_state(
    usage_path: Path, day: DayCount, since: float, is_new: bool, period: float, rules: Rules
) -> AccountState:
    """A state that nobody has used.

    Args:
        usage_path: where the store keeps what it counts.
        day: an empty count of the day's calls.
        since: the time until which calls may have been let through that nothing is known of.
        is_new: whether the file was empty.
        period: seconds in which the account's places are counted.
        rules: the constants.

    Raises:
        OSError: the store cannot be read.
    """
    now = clock.monotonic()
    state = AccountState(secrets.token_hex(8), since, now, rules.margin, day=day)
    content = read(usage_path)
    kept = tally_from((content.mapping() if content is not None else None) or {})
    merge_usage(state, kept, now, clock.wall(), period, is_new=True)
    if _marked(Path(f"{usage_path}.lock")) or not is_new:
        close_until_known(state, since, period, rules)
    return state


def _marked(lock: Path) -> bool:
    """Whether a lock file says already that there is a file of limits; from now on it does."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        if os.fstat(handle).st_size:
            return True
        os.pwrite(handle, _MARK, 0)
        return False
    finally:
        os.close(handle)
