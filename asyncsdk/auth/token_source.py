"""Token source: the session's token, renewed by one task at a time that all callers share, with few logins.

A renewal is keyed by the token that was refused: a caller that comes late with a token that was renewed meanwhile
gets the new one at once. Its task is awaited under a shield, so no caller can cancel it, and the new token is
kept before anyone gets it, because the old refresh token is spent. A login is made only when there is no
refresh token, or Act-On says that it is dead; refused credentials are not tried a second time, and after a refresh
or a login that failed in another way the next one waits, see ``refresh_backoff`` and ``login_backoff``.
"""

from __future__ import annotations

import asyncio
import logging
from contextvars import Context
from copy import copy
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Final, TypeGuard

from asyncsdk import clock
from asyncsdk.auth.grants import Grant
from asyncsdk.auth.login_conflicts import LoginConflicts
from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.auth.refresh_backoff import RefreshBackoff
from asyncsdk.auth.token_endpoint import TokenEndpoint, TokenWait, is_final, login_request
from asyncsdk.auth.token_store import TokenStore
from asyncsdk.auth.tokens import RefreshToken, Token
from asyncsdk.errors import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    InvalidArgument,
    NotSent,
    PermissionDenied,
    QuotaExhausted,
)
from asyncsdk.http.messages import Request
from asyncsdk.http.pause_policy import PausePolicy

if TYPE_CHECKING:
    from asyncsdk.telemetry.renewal_recorder import RenewalRecorder
    from asyncsdk.telemetry.telemetry import Telemetry
    from asyncsdk.telemetry.tokens import TokenSourceName

__all__ = ["TokenSource"]

_log = logging.getLogger("asyncsdk")
_wait_log = logging.getLogger("asyncsdk.waits")  # for a person who sits and waits

AHEAD: Final = 300.0
"""A token is renewed so many seconds before it expires, or a tenth of its life, whichever is less."""

PAUSE: Final = 30.0
"""Seconds until a renewal ahead of time is tried again after it failed."""

CLOSING_SECONDS: Final = 4.5
"""Seconds that a renewal gets to finish when its session closes."""


class TokenSource:
    """Gives the session's token, and renews it.

    Args:
        grant: how to get one; None: the program itself sees to it.
        token: the first one, if there is one.
        store: keeps it.
        quota_sync: remembers how logins and refreshes ended.
        endpoint: the token endpoint.
        longest_wait: seconds that callers wait at most for the time at which ``/token`` may be asked again.
        pauses: how long such a wait lasts.
        telemetry: raises the events of renewals, if there is an observer.
    """

    def __init__(
        self,
        *,
        grant: Grant | None,
        token: Token | None,
        store: TokenStore,
        quota_sync: QuotaSync,
        endpoint: TokenEndpoint,
        longest_wait: float,
        pauses: PausePolicy,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._grant = grant
        self._token: Token | None = None
        self._store = store
        self._quota_sync = quota_sync
        self._endpoint = endpoint
        self._longest_wait = longest_wait
        self._pauses = pauses
        self._telemetry = telemetry
        self._recorder: RenewalRecorder | None = None
        self._renewing: asyncio.Task[Token] | None = None
        self._waiting = False
        self._has_waited = False
        self._backoff = RefreshBackoff()
        self._conflicts = LoginConflicts()
        self._final_error: APIError | None = None
        self._last_error: Exception | None = None
        self._logged_in = False
        self._ahead_at = inf
        self._given_refresh_token = token.refresh() if token is not None else None
        if token is not None:
            self._use(token)

    def ready(self) -> Token | None:
        """The token, if it is good now; starts a renewal in the background if it is not good for long."""
        token = self._token
        if token is None or token.expires_at is None:
            return token
        now = clock.wall()
        if now >= token.expires_at and self._grant is not None:
            return None
        if now >= self._ahead_at and self._grant is not None and self._renewing is None:
            self._ahead_at = now + PAUSE
            self._renewing = self._start_renewal(self._grant, token)
        return token

    async def renew(self, refused: Token | None = None) -> Token:
        """A token other than the one that was refused.

        Raises:
            AuthenticationFailed: there is no way to get one.
            PermissionDenied: the account has no API access.
            QuotaExhausted: it takes a login, and the hour's logins are spent.
            TokenUnavailable: after refreshes or logins that failed the next one is not due for long.
            TransportError, ServerError: the server could not be asked.
        """
        current = self.ready()
        if current is not None and not _is_same(current, refused):
            return current
        if self._grant is None:
            raise AuthenticationFailed(
                "The bearer token was refused, and this session was given no grant to renew it with.", status=401
            )
        if self._final_error is not None:
            raise copy(self._final_error) from self._final_error.__cause__
        if self._renewing is None:
            self._renewing = self._start_renewal(self._grant, refused)
        try:
            return await asyncio.shield(self._renewing)
        except ActOnError as error:  # each caller gets a copy: callers add notes, and raising adds frames
            raise copy(error) from error.__cause__

    async def finish(self) -> None:
        """Let a running renewal finish, but not for ever, and not one that only waits."""
        if self._renewing is not None and self._waiting:
            self._renewing.cancel()
        if self._renewing is not None:
            _, late = await asyncio.wait({self._renewing}, timeout=CLOSING_SECONDS)
            for task in late:
                task.cancel()

    def _start_renewal(self, grant: Grant, refused: Token | None) -> asyncio.Task[Token]:
        renew = partial(self._renew_until_done, grant, refused)
        self._recorder = None if self._telemetry is None else self._telemetry.renewal()
        # In a context of its own: it is shared, and belongs to none of those who wait for it. It is not given to
        # create_task, as not every task factory takes one.
        self._renewing = Context().run(
            asyncio.get_running_loop().create_task,
            renew() if self._recorder is None else self._recorder.run(renew),
            name="asyncsdk token renewal",
        )
        self._renewing.add_done_callback(self._renewal_ended)
        return self._renewing

    def _renewal_ended(self, task: asyncio.Task[Token]) -> None:
        self._renewing = None
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning(
                "The token could not be renewed: %s",
                error,
                extra={"acton_event": "renewal_failed", "acton_error": type(error).__name__},
            )

    async def _renew_until_done(self, grant: Grant, refused: Token | None) -> Token:
        while True:
            got = await self._renew_or_wait(grant, refused)
            self._has_waited = False
            if isinstance(got, Token):
                return got
            if got.seconds > self._longest_wait:
                raise got.error(self._last_error)
            _wait_log.warning(
                "%s The next one is tried in %.0f s.",
                got.failed,
                got.seconds,
                extra={"acton_event": "renewal_waits", "acton_seconds": got.seconds},
            )
            self._waiting = True
            try:
                await asyncio.sleep(self._pauses.seconds(got.seconds))
                self._has_waited = self._pauses.is_short  # by the clocks it would be too early to ask
            finally:
                self._waiting = False

    async def _renew_or_wait(self, grant: Grant, refused: Token | None) -> Token | TokenWait:
        """The new token, or the time until ``/token`` may be asked; others may renew meanwhile."""
        owner = grant.owner()
        # Before the right to renew is taken, too: of many that find the token renewed, none waits for its turn.
        if _is_good(kept := await self._kept(owner), refused):
            return self._use(kept, "store")
        async with self._store.exclusive():
            if _is_good(kept := await self._kept(owner), refused):
                return self._use(kept, "store")
            got = await self._refresh_any(grant, kept)
            source: TokenSourceName = "refresh"
            if got is None:
                self._conflicts.note_login(self._token or kept)
                got = await self._login_or_wait(grant)
                source = "login"
            if isinstance(got, Token):
                await self._persist(got, owner)
        return self._use(got, source) if isinstance(got, Token) else got

    async def _kept(self, owner: str) -> Token | None:
        """The token in the store; None if there is none, or if no header can carry it."""
        kept = await self._store.load(owner)
        return kept.usable_parts() if kept is not None and kept.is_usable() else None

    def _use(self, token: Token, source: TokenSourceName | None = None) -> Token:
        if self._recorder is not None:
            self._recorder.source = source
        self._token = token
        self._last_error = None
        self._backoff.succeeded()
        left = token.seconds_left()
        self._ahead_at = clock.wall() + left - min(AHEAD, left / 10) if left < inf else inf
        return token

    async def _persist(self, token: Token, owner: str) -> None:
        """Save the token in the store, and note in its usage counts that a login or a refresh succeeded."""
        try:
            await self._store.save(token, owner)
        except OSError as error:
            # Losing the session over this would lose the token, too.
            _log.error(
                "The new token could not be kept, so the next start will need a login: %s",
                error,
                extra={"acton_event": "token_not_kept", "acton_error": type(error).__name__},
            )
        self._quota_sync.note_token()
        try:
            await self._quota_sync.sync()
        except OSError as error:
            _log.warning(
                "How the token was got could not be entered in the store: %s",
                error,
                extra={"acton_event": "store_not_told", "acton_error": type(error).__name__},
            )

    async def _refresh_any(self, grant: Grant, kept: Token | None) -> Token | TokenWait | None:
        """Refresh with the first refresh token that works, beginning with the one in the store; None if none works.

        A refresh token that was used is never sent again: some servers then revoke all tokens of the user.
        """
        for candidate in (
            kept.refresh() if kept is not None else None,
            self._token.refresh() if self._token is not None else None,
            self._given_refresh_token,
            _first_refresh_token(grant),
        ):
            if candidate is None or self._quota_sync.is_spent(candidate):
                continue
            if (wait := self._backoff.wait()) > 0 and not self._has_waited:
                return TokenWait(wait, "The last refresh failed.", "the day's calls")
            token = await self._refresh(grant, candidate)
            if token is None or token.refresh() != candidate:
                self._quota_sync.note_spent(candidate)
            if token is not None:
                return token
        return None

    async def _refresh(self, grant: Grant, refresh_token: RefreshToken) -> Token | None:
        try:
            return await self._endpoint.refresh(grant, refresh_token, repeat=not self._backoff.in_trouble)
        except (InvalidArgument, NotSent, QuotaExhausted):  # the server knows nothing of it
            raise
        except ActOnError as error:
            if not self._remember(error):
                self._backoff.failed()
            raise

    def _login_request(self, grant: Grant) -> Request:
        request = login_request(grant)
        if request is None:
            self._final_error = AuthenticationFailed(
                "The refresh token is missing or not valid any more, and this grant cannot log in: get a new one.",
                status=403,
            )
            raise self._final_error
        if self._logged_in and (request.form or {}).get("grant_type") == "authorization_code":
            raise AuthenticationFailed(
                "The refresh token is not valid any more, and an authorization code works only once:"
                " the user must sign in again.",
                status=403,
            )
        return request

    async def _login_or_wait(self, grant: Grant) -> Token | TokenWait:
        request = self._login_request(grant)
        await self._quota_sync.sync()
        if (wait := self._quota_sync.login_wait()) > 0 and not self._has_waited:
            number = self._quota_sync.failed_logins()
            last = "The last login" if number == 1 else f"The last {number} logins"
            return TokenWait(wait, f"{last} brought no token.", "the hour's logins")
        return await self._login(request)

    async def _login(self, request: Request) -> Token:
        try:
            token = await self._endpoint.login(request)
        except Exception as error:
            self._remember(error)
            raise
        self._logged_in = True
        return token

    def _remember(self, error: Exception) -> bool:
        """Do not ask again after a refusal in Act-On's own words; True if it is one."""
        if isinstance(error, (AuthenticationFailed, PermissionDenied)) and is_final(error):
            self._final_error = error
            return True
        self._last_error = error
        return False


def _first_refresh_token(grant: Grant) -> RefreshToken | None:
    first = grant.first_refresh_token()
    return RefreshToken(first) if first else None


def _is_good(kept: Token | None, refused: Token | None) -> TypeGuard[Token]:
    """Whether a token of the store saves a renewal."""
    return kept is not None and kept.seconds_left() > 0 and not _is_same(kept, refused)


def _is_same(token: Token, other: Token | None) -> bool:
    return other is not None and token.access_token == other.access_token
