"""Token renewer: gets a new token from the store, else by a refresh, else by a login.

The token in the store is new if another process has renewed it. A new token is kept before anyone gets it, because
the old refresh token is spent. A login is made only when there is no refresh token, or Act-On says that it is dead;
refused credentials are not tried a second time, and after a refresh or a login that failed in another way the next
one waits, see ``refresh_backoff`` and ``login_backoff``.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from asyncsdk.auth.grants import Grant
from asyncsdk.auth.login_conflicts import LoginConflicts
from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.auth.refresh_backoff import RefreshBackoff
from asyncsdk.auth.token_endpoint import TokenEndpoint, TokenWait, is_final, login_request
from asyncsdk.auth.token_store import TokenStore
from asyncsdk.auth.tokens import RefreshToken, Token, same_bearer
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

if TYPE_CHECKING:
    from asyncsdk.telemetry.tokens import TokenSourceName

__all__ = ["NewToken", "TokenRenewer"]

_log = logging.getLogger("asyncsdk")


class NewToken(NamedTuple):
    """A new token, and where it came from."""

    token: Token
    source: TokenSourceName


class TokenRenewer:
    """Gets new tokens for one session, one at a time.

    Args:
        grant: how to get one.
        given: the token that the session was given, if it was; its refresh token is tried, too.
        store: keeps the token.
        quota_sync: remembers how logins and refreshes ended.
        endpoint: the token endpoint.
    """

    def __init__(
        self, grant: Grant, given: Token | None, store: TokenStore, quota_sync: QuotaSync, endpoint: TokenEndpoint
    ) -> None:
        self.final_error: APIError | None = None
        """A refusal in Act-On's own words: asking again is of no use."""

        self._grant = grant
        self._store = store
        self._quota_sync = quota_sync
        self._endpoint = endpoint
        self._backoff = RefreshBackoff()
        self._conflicts = LoginConflicts()
        self._last_error: Exception | None = None
        self._logged_in = False
        self._given_refresh_token = given.refresh() if given is not None else None

    async def renew(
        self, current: Token | None, refused: Token | None, *, at_once: bool = False
    ) -> NewToken | TokenWait:
        """A new token, or the time that must pass before ``/token`` may be asked; others may renew meanwhile.

        Args:
            current: the session's token, if it has one.
            refused: the token that was refused, if one was.
            at_once: whether to ask although it is too early.

        Raises:
            AuthenticationFailed, PermissionDenied: the grant was refused.
            QuotaExhausted: it takes a login, and the hour's logins are spent.
            TransportError, ServerError: the server could not be asked.
        """
        got = await self._renewed(current, refused, at_once)
        if isinstance(got, NewToken):
            self._last_error = None
            self._backoff.succeeded()
        return got

    async def _renewed(self, current: Token | None, refused: Token | None, at_once: bool) -> NewToken | TokenWait:
        owner = self._grant.owner()
        # Before the right to renew is taken, too: of many that find the token renewed, none waits for its turn.
        if _is_good(kept := await self._kept(owner), refused):
            return NewToken(kept, "store")
        async with self._store.exclusive():
            if _is_good(kept := await self._kept(owner), refused):
                return NewToken(kept, "store")
            got = await self._refresh_any(kept, current, at_once)
            if got is None:
                self._conflicts.note_login(current or kept)
                got = await self._login_or_wait(at_once)
            if isinstance(got, NewToken):
                await self._persist(got.token, owner)
        return got

    async def _kept(self, owner: str) -> Token | None:
        """The token in the store; None if there is none, or if no header can carry it."""
        kept = await self._store.load(owner)
        return kept.usable_parts() if kept is not None and kept.is_usable() else None

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

    async def _refresh_any(
        self, kept: Token | None, current: Token | None, at_once: bool
    ) -> NewToken | TokenWait | None:
        """Refresh with the first refresh token that works, beginning with the one in the store; None if none works.

        A refresh token that was used is never sent again: some servers then revoke all tokens of the user.
        """
        for candidate in (
            kept.refresh() if kept is not None else None,
            current.refresh() if current is not None else None,
            self._given_refresh_token,
            _first_refresh_token(self._grant),
        ):
            if candidate is None or self._quota_sync.is_spent(candidate):
                continue
            if (wait := self._backoff.wait()) > 0 and not at_once:
                return TokenWait(wait, "The last refresh failed.", "the day's calls", self._last_error)
            token = await self._refresh(candidate)
            if token is None or token.refresh() != candidate:
                self._quota_sync.note_spent(candidate)
            if token is not None:
                return NewToken(token, "refresh")
        return None

    async def _refresh(self, refresh_token: RefreshToken) -> Token | None:
        try:
            return await self._endpoint.refresh(self._grant, refresh_token, repeat=not self._backoff.in_trouble)
        except (InvalidArgument, NotSent, QuotaExhausted):  # the server knows nothing of it
            raise
        except ActOnError as error:
            if not self._remember(error):
                self._backoff.failed()
            raise

    def _login_request(self) -> Request:
        request = login_request(self._grant)
        if request is None:
            self.final_error = AuthenticationFailed(
                "The refresh token is missing or not valid any more, and this grant cannot log in: get a new one.",
                status=403,
            )
            raise self.final_error
        if self._logged_in and (request.form or {}).get("grant_type") == "authorization_code":
            raise AuthenticationFailed(
                "The refresh token is not valid any more, and an authorization code works only once:"
                " the user must sign in again.",
                status=403,
            )
        return request

    async def _login_or_wait(self, at_once: bool) -> NewToken | TokenWait:
        request = self._login_request()
        await self._quota_sync.sync()
        if (wait := self._quota_sync.login_wait()) > 0 and not at_once:
            number = self._quota_sync.failed_logins()
            last = "The last login" if number == 1 else f"The last {number} logins"
            return TokenWait(wait, f"{last} brought no token.", "the hour's logins", self._last_error)
        return NewToken(await self._login(request), "login")

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
            self.final_error = error
            return True
        self._last_error = error
        return False


def _first_refresh_token(grant: Grant) -> RefreshToken | None:
    first = grant.first_refresh_token()
    return RefreshToken(first) if first else None


def _is_good(kept: Token | None, refused: Token | None) -> TypeGuard[Token]:
    """Whether a token of the store saves a renewal."""
    return kept is not None and kept.seconds_left() > 0 and not same_bearer(kept, refused)
