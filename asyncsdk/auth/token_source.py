"""A token that is always good: one renewal at a time, shared by everybody, and never a login too many.

A renewal is keyed by the token that was refused: whoever comes late with a token that was renewed meanwhile
gets the new one at once. Its task is awaited under a shield, so no caller can cancel it, and the new token is
kept before anyone gets it, because the old refresh token is spent. A login is made only when there is no
refresh token, or Act-On says that it is dead; refused credentials are not tried a second time, and after a refresh
or a login that failed in another way the next one waits, see ``refresh_backoff`` and ``login_backoff``.
"""

from __future__ import annotations

import asyncio
import logging
from copy import copy
from math import inf
from typing import Final

from asyncsdk import clock
from asyncsdk.auth.grants import Grant
from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.auth.refresh_backoff import RefreshBackoff
from asyncsdk.auth.stores import TokenStore
from asyncsdk.auth.token_endpoint import TokenEndpoint, Wait, is_final, login_request
from asyncsdk.auth.tokens import RefreshToken, Token
from asyncsdk.errors import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    InvalidArgument,
    NotSent,
    PermissionDenied,
    QuotaExhausted,
    TokenUnavailable,
)
from asyncsdk.http.messages import Request

__all__ = ["TokenSource"]

_log = logging.getLogger("asyncsdk")
_waits = logging.getLogger("asyncsdk.waits")  # what somebody who sits and waits wants to know

AHEAD: Final = 300.0
"""A token is renewed so many seconds before it expires, or a tenth of its life, whichever is less."""

PAUSE: Final = 30.0
"""Seconds until a renewal ahead of time is tried again after it failed."""

PATIENCE: Final = 4.5
"""Seconds that a renewal gets to finish when its session closes."""


class TokenSource:
    """The session's token.

    Args:
        grant: how to get one; None: the caller looks after it.
        token: the first one, if there is one.
        store: keeps it.
        quota_sync: remembers how logins and refreshes ended.
        endpoint: gives tokens.
        longest_wait: seconds that callers wait at most for the time at which ``/token`` may be asked again.
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
    ) -> None:
        self._grant = grant
        self._token: Token | None = None
        self._store = store
        self._quota_sync = quota_sync
        self._endpoint = endpoint
        self._longest_wait = longest_wait
        self._renewing: asyncio.Task[Token] | None = None
        self._waiting = False
        self._backoff = RefreshBackoff()
        self._refused: APIError | None = None
        self._trouble: Exception | None = None
        self._logged_in = False
        self._ahead_at = inf
        self._given = token.refresh() if token is not None else None
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
            self._renewing = self._start(self._grant, token)
        return token

    async def renewed(self, refused: Token | None = None) -> Token:
        """A token other than the one that was refused.

        Raises:
            AuthenticationFailed: there is no way to get one.
            PermissionDenied: the account has no API access.
            QuotaExhausted: it takes a login, and the hour's logins are spent.
            TokenUnavailable: after refreshes or logins that failed the next one is not due for long.
            TransportError, ServerError: the server could not be asked.
        """
        current = self.ready()
        if current is not None and (refused is None or current.access_token != refused.access_token):
            return current
        if self._grant is None:
            raise AuthenticationFailed(
                "The bearer token was refused, and this session was given no grant to renew it with.", status=401
            )
        if self._refused is not None:
            raise copy(self._refused) from self._refused.__cause__
        if self._renewing is None:
            self._renewing = self._start(self._grant, refused)
        try:
            return await asyncio.shield(self._renewing)
        except ActOnError as error:  # each caller gets its own: he may add a note, and it collects his frames
            raise copy(error) from error.__cause__

    async def finish(self) -> None:
        """Let a running renewal finish, but not for ever, and not one that only waits."""
        if self._renewing is not None and self._waiting:
            self._renewing.cancel()
        if self._renewing is not None:
            _, late = await asyncio.wait({self._renewing}, timeout=PATIENCE)
            for task in late:
                task.cancel()

    def _start(self, grant: Grant, refused: Token | None) -> asyncio.Task[Token]:
        self._renewing = asyncio.get_running_loop().create_task(
            self._renew(grant, refused), name="asyncsdk token renewal"
        )
        self._renewing.add_done_callback(self._ended)
        return self._renewing

    def _ended(self, task: asyncio.Task[Token]) -> None:
        self._renewing = None
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning("The token could not be renewed: %s", error)

    async def _renew(self, grant: Grant, refused: Token | None) -> Token:
        while True:
            got = await self._renew_or_wait(grant, refused)
            if isinstance(got, Token):
                return got
            if got.seconds > self._longest_wait:
                raise self._unavailable(got)
            _waits.warning("%s The next one is tried in %.0f s.", got.failed, got.seconds)
            self._waiting = True
            try:
                await asyncio.sleep(got.seconds)
            finally:
                self._waiting = False

    async def _renew_or_wait(self, grant: Grant, refused: Token | None) -> Token | Wait:
        """The new token, or the time until ``/token`` may be asked; others may renew meanwhile."""
        owner = grant.owner()
        async with self._store.exclusive():
            kept = await self._kept(owner)
            if kept is not None and kept.seconds_left() > 0 and (refused is None or _differ(kept, refused)):
                return self._use(kept)
            got = await self._refresh_any(grant, kept) or await self._login_or_wait(grant)
            if isinstance(got, Token):
                await self._keep(got, owner)
        return self._use(got) if isinstance(got, Token) else got

    async def _kept(self, owner: str) -> Token | None:
        """The store's token; one that no header can carry is as good as none."""
        kept = await self._store.load(owner)
        return kept.usable_parts() if kept is not None and kept.is_usable() else None

    def _use(self, token: Token) -> Token:
        self._token = token
        self._trouble = None
        self._backoff.succeeded()
        left = token.seconds_left()
        self._ahead_at = clock.wall() + left - min(AHEAD, left / 10) if left < inf else inf
        return token

    async def _keep(self, token: Token, owner: str) -> None:
        """Keep the token, and enter in the books how it was got."""
        try:
            await self._store.save(token, owner)
        except OSError as error:
            # Losing the session over this would lose the token, too.
            _log.error("The new token could not be kept, so the next start will need a login: %s", error)
        self._quota_sync.note_token()
        try:
            await self._quota_sync.balance()
        except OSError as error:
            _log.warning("How the token was got could not be entered in the store: %s", error)

    async def _refresh_any(self, grant: Grant, kept: Token | None) -> Token | Wait | None:
        """Spend a refresh token at hand, the kept one first; None if there is none that works.

        One that was spent before is never presented again: some servers end all tokens of a user at that.
        """
        for candidate in (
            kept.refresh() if kept is not None else None,
            self._token.refresh() if self._token is not None else None,
            self._given,
            _first_refresh_token(grant),
        ):
            if candidate is None or self._quota_sync.is_spent(candidate):
                continue
            if (wait := self._backoff.wait()) > 0:
                return Wait(wait, "The last refresh failed.", "the day's calls")
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
            self._refused = AuthenticationFailed(
                "The refresh token is not valid any more, and a RefreshGrant cannot log in: get a new one.",
                status=403,
            )
            raise self._refused
        if self._logged_in and (request.form or {}).get("grant_type") == "authorization_code":
            raise AuthenticationFailed(
                "The refresh token is not valid any more, and an authorization code works only once:"
                " the user must sign in again.",
                status=403,
            )
        return request

    async def _login_or_wait(self, grant: Grant) -> Token | Wait:
        request = self._login_request(grant)
        await self._quota_sync.balance()
        if (wait := self._quota_sync.login_wait()) > 0:
            number = self._quota_sync.failed_logins()
            last = "The last login" if number == 1 else f"The last {number} logins"
            return Wait(wait, f"{last} brought no token.", "the hour's logins")
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
            self._refused = error
            return True
        self._trouble = error
        return False

    def _unavailable(self, wait: Wait) -> TokenUnavailable:
        error = TokenUnavailable(
            f"{wait.failed} So that {wait.spared} last, the next one is tried in {wait.seconds:,.0f} s."
            " Nothing was sent."
        )
        error.__cause__ = self._trouble.with_traceback(None) if self._trouble is not None else None
        return error


def _first_refresh_token(grant: Grant) -> RefreshToken | None:
    first = grant.first_refresh_token()
    return RefreshToken(first) if first else None


def _differ(one: Token, other: Token) -> bool:
    return one.access_token != other.access_token
