"""Quota synchronization between the limiter and the shared store, and the memory of failed logins and refreshes."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from attrs import evolve

from asyncsdk import clock
from asyncsdk.auth.login_backoff import failed_logins, login_wait
from asyncsdk.auth.token_store import TokenStore
from asyncsdk.auth.tokens import RefreshToken
from asyncsdk.limits.protocol import RateLimiter
from asyncsdk.limits.tally import Tally
from asyncsdk.shared_task import begin_shared

__all__ = ["DELAY", "SHARED_DELAY", "QuotaSync"]

_log = logging.getLogger("asyncsdk")

DELAY: Final = 1.0
"""Seconds between a call and its writing into the store: what a killed process may fail to count."""

SHARED_DELAY: Final = 5.0
"""The same where processes share the limiter, which counts the calls of one that is killed all the same: the store
needs them after the next start of the machine only."""

CLOSING_SECONDS: Final = 0.4
"""Seconds that closing waits for the store."""


class QuotaSync:
    """Synchronizes one session's limiter with its store.

    Args:
        limiter: counts calls and logins.
        store: adds up the counts of all sessions of the account.
        delay: seconds between a call and its writing into the store.
    """

    def __init__(self, limiter: RateLimiter, store: TokenStore, delay: float = DELAY) -> None:
        self._limiter = limiter
        self._store = store
        self._delay = delay
        self._kept = Tally()
        self._notes = Tally()
        self._timer: asyncio.TimerHandle | None = None
        self._syncing: asyncio.Task[None] | None = None

    def schedule_sync(self) -> None:
        """Note that a call was counted: it is written to the store soon."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._delay, self._start_sync)

    async def sync(self) -> None:
        """Add what was counted to the store, and give the limiter what others counted.

        Raises:
            OSError: the store cannot be read or written.
        """
        await self._exchange(evolve(self._limiter.drain()))

    async def _exchange(self, tally: Tally) -> None:
        tally.add(self._notes)
        notes, self._notes = self._notes, Tally()
        try:
            kept = await self._store.count(tally)
        except BaseException:
            self._notes.add(notes)
            self._limiter.undrain(evolve(tally, succeeded=None, spent=[]))
            raise
        self._learn(kept)
        self._limiter.adopt(kept)

    def login_wait(self) -> float:
        """Seconds until the next login may be tried, as far as the last ``sync`` knows.

        It is 0 where the hour's logins are spent: the limiter refuses that one, and says when the next is free.
        """
        if not self._limiter.usage().logins_left:
            return 0.0
        return login_wait(self._kept.logins, self._kept.succeeded or 0.0, clock.wall())

    def failed_logins(self) -> int:
        """How many logins have failed since the last success."""
        return len(failed_logins(self._kept.logins, self._kept.succeeded or 0.0, clock.wall()))

    def is_spent(self, refresh_token: RefreshToken) -> bool:
        """Whether a refresh token is used up."""
        fingerprint = refresh_token.fingerprint()
        return fingerprint in self._kept.spent or fingerprint in self._notes.spent

    def note_spent(self, refresh_token: RefreshToken) -> None:
        """Note that a refresh token is used up; ``sync`` writes it to the store."""
        self._notes.add(Tally(spent=[refresh_token.fingerprint()]))

    def note_token(self) -> None:
        """Note that the server gave a token, so that earlier logins count as successful; ``sync`` writes it."""
        if self.failed_logins():
            settled = Tally(succeeded=max(self._kept.logins))
            self._kept.add(settled)
            self._notes.add(settled)

    def _learn(self, kept: Tally) -> None:
        """Remember what a store knows; if it does not know how logins ended, they count as successful."""
        known = evolve(kept)
        if known.succeeded is None:
            known.succeeded = max(kept.logins, default=0.0) if self._kept.succeeded is None else None
        known.add(Tally(succeeded=self._kept.succeeded, spent=self._kept.spent))
        self._kept = known

    async def close(self) -> None:
        """Write the last calls into the store."""
        if self._timer is not None:
            self._timer.cancel()
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                if self._syncing is not None:
                    await asyncio.wait({self._syncing})
                await self._sync_or_warn()
        except TimeoutError:
            _log.warning(
                "The day's last calls could not be entered in the store in time.",
                extra={"acton_event": "store_not_told"},
            )
            if self._syncing is not None:
                self._syncing.cancel()

    def _start_sync(self) -> None:
        self._timer = None
        if self._syncing is None or self._syncing.done():
            self._syncing = begin_shared(asyncio.get_running_loop(), self._sync_or_warn())

    async def _sync_or_warn(self) -> None:
        """Tell the store what is new; if nothing is, as where the limiter itself is shared, it is left alone."""
        tally = evolve(self._limiter.drain())
        try:
            if tally or self._notes:
                await self._exchange(tally)
        except Exception:
            _log.warning(
                "The day's calls could not be entered in the store.",
                exc_info=True,
                extra={"acton_event": "store_not_told"},
            )
