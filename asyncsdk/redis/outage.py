"""Outage: the time for which Redis cannot be asked; it is told once in the log when it begins and when it ends."""

from __future__ import annotations

import logging
from math import inf
from typing import Final

from redis.exceptions import ReadOnlyError

from asyncsdk.redis.outage_mode import OutageMode
from asyncsdk.redis.redis_errors import is_away, reason

__all__ = ["Outage", "is_outage"]

_log = logging.getLogger("asyncsdk")
_wait_log = logging.getLogger("asyncsdk.waits")  # for a person who sits and waits

_FOR_NOW: Final = ("READONLY ", "MASTERDOWN ", "NOREPLICAS ", "BUSY ")
"""What a server says that cannot be used now, such as in a failover; old ones say it behind the script's name."""

_CONSEQUENCES: Final[dict[OutageMode, str]] = {
    "share": "each process goes on alone, after two seconds, with the places of the second that it was given",
    "wait": "calls wait",
    "refuse": "calls are refused",
}


def is_outage(error: BaseException) -> bool:
    """Whether Redis cannot be asked now, and it makes sense to ask again; else it refuses, and goes on refusing."""
    return (
        is_away(error) or isinstance(error, ReadOnlyError) or any(sign in str(error)[:1_000] for sign in _FOR_NOW)
    )


class Outage:
    """Whether Redis can be asked about one account.

    Args:
        account: the account's name.
        mode: what calls do meanwhile, for the log.
    """

    def __init__(self, account: str, mode: OutageMode) -> None:
        self._account = account
        self._mode: OutageMode = mode
        self._refusal = ""
        self.reason: str = ""
        """What the last request came to, as one sentence without its full stop."""
        self.since: float | None = None
        """When it was noticed; None: there is none."""
        self.failed_at: float = -inf
        """When the last request failed."""
        self.tried_at: float = -inf
        """When the last request that failed was made: Redis was away until then at least."""

    def lasts(self, now: float) -> float | None:
        """For how many seconds Redis has been away; None: it is there."""
        return None if self.since is None else max(0.0, now - self.since)

    def failed(self, error: BaseException, tried_at: float, now: float) -> None:
        """Note that a request failed because Redis cannot be asked now."""
        self.tried_at, self.failed_at = tried_at, now
        self.reason = f"Redis, which keeps the limits of account {self._account}, cannot be asked: {reason(error)}"
        if self.since is None:
            self.since = now
            _wait_log.warning(
                "%s. Meanwhile %s.",
                self.reason,
                _CONSEQUENCES[self._mode],
                extra={"acton_event": "redis_away", "acton_account": self._account},
            )

    def refused(self, error: BaseException) -> str:
        """Note that Redis refuses a request; gives that as a sentence."""
        refusal = f"Redis refuses to keep the limits of account {self._account}: {reason(error)}."
        if refusal != self._refusal:
            self._refusal = refusal
            _log.warning(
                "%s",
                refusal,
                extra={
                    "acton_event": "redis_refuses",
                    "acton_account": self._account,
                    "acton_error": type(error).__name__,
                },
            )
        return refusal

    def ended(self, now: float) -> None:
        """Note that Redis has carried out a request."""
        self._refusal = ""
        if self.since is not None:
            away, self.since = now - self.since, None
            _log.info(
                "Redis keeps the limits of account %s again, after %.1f s.",
                self._account,
                away,
                extra={"acton_event": "redis_back", "acton_account": self._account, "acton_seconds": away},
            )
