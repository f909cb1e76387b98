"""A token that is always good: one renewal at a time, shared by everybody, and never a login too many.

A renewal is keyed by the token that was refused: whoever comes late with a token that was renewed meanwhile
gets the new one at once. Its task is awaited under a shield, so no caller can cancel it, and the new token is
kept before anyone gets it, because the old refresh token is spent. A login is made only when there is no
refresh token, or Act-On says that it is dead; refused credentials are not tried a second time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias, cast

from asyncsdk import clock
from asyncsdk.envelopes import API_DISABLED, error_of
from asyncsdk.errors import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    DecodeError,
    NotSent,
    PermissionDenied,
    RateLimited,
    ReplyLost,
    ServerError,
)
from asyncsdk.json_text import parse
from asyncsdk.message import Response
from asyncsdk.retry import RetryPolicy, Waits
from asyncsdk.stores import TokenStore
from asyncsdk.tokens import Grant, Token

__all__ = ["TokenSource"]

_log = logging.getLogger("asyncsdk")

Exchange: TypeAlias = Callable[[Mapping[str, str], bool], Awaitable[Response]]
"""Posts a form to ``/token``, once; the flag says whether it counts as a login."""

AHEAD: Final = 300.0
"""A token is renewed so many seconds before it expires, or a tenth of its life, whichever is less."""

PAUSE: Final = 30.0
"""Seconds until a renewal ahead of time is tried again after it failed."""

PATIENCE: Final = 4.5
"""Seconds that a renewal gets to finish when its session closes."""

_REPEATABLE: Final = (NotSent, ReplyLost, RateLimited, ServerError)


class TokenSource:
    """The session's token."""

    def __init__(
        self,
        *,
        grant: Grant | None,
        token: Token | None,
        store: TokenStore,
        exchange: Exchange,
        policy: RetryPolicy,
    ) -> None:
        self._grant = grant
        self._token: Token | None = None
        self._store = store
        self._exchange = exchange
        self._policy = policy
        self._renewing: asyncio.Task[Token] | None = None
        self._refused: APIError | None = None
        self._logged_in = False
        self._ahead_at = float("inf")
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
            # Raised many times, it would collect the frames of all its callers.
            raise self._refused.with_traceback(None)
        if self._renewing is None:
            self._renewing = self._start(self._grant, refused)
        return await asyncio.shield(self._renewing)

    async def finish(self) -> None:
        """Let a running renewal finish, but not for ever."""
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
        owner = grant.owner()
        async with self._store.exclusive():
            kept = await self._store.load(owner)
            if kept is not None and kept.seconds_left() > 0 and (refused is None or _differ(kept, refused)):
                return self._use(kept)
            token = await self._refresh_any(grant, kept) or await self._login(grant)
            await self._keep(token, owner)
        return self._use(token)

    def _use(self, token: Token) -> Token:
        self._token = token
        left = token.seconds_left()
        self._ahead_at = clock.wall() + left - min(AHEAD, left / 10) if left < float("inf") else left
        return token

    async def _keep(self, token: Token, owner: str) -> None:
        try:
            await self._store.save(token, owner)
        except OSError as error:
            # Losing the session over this would lose the token, too.
            _log.error("The new token could not be kept, so the next start will need a login: %s", error)

    async def _refresh_any(self, grant: Grant, kept: Token | None) -> Token | None:
        """Spend the refresh tokens at hand, the kept one first; None if there is none that works."""
        ours = self._token.refresh_token if self._token is not None else None
        candidates = (kept.refresh_token if kept is not None else None, ours, grant.first_refresh_token())
        for refresh_token in dict.fromkeys(candidate for candidate in candidates if candidate):
            token = await self._refresh(grant, refresh_token)
            if token is not None:
                return token
        return None

    async def _refresh(self, grant: Grant, refresh_token: str) -> Token | None:
        form = {
            "grant_type": "refresh_token",
            "client_id": grant.client_id,
            "client_secret": grant.client_secret,
            "refresh_token": refresh_token,
        }
        try:
            return await self._ask(form, login=False, repeat=_REPEATABLE)
        except AuthenticationFailed as error:
            if error.code == "invalid_grant":
                return None
            self._remember(error)
            raise

    async def _login(self, grant: Grant) -> Token:
        form = grant.login()
        if form is None:
            self._refused = AuthenticationFailed(
                "The refresh token is not valid any more, and a RefreshGrant cannot log in: get a new one.",
                status=403,
            )
            raise self._refused
        if self._logged_in and form["grant_type"] == "authorization_code":
            raise AuthenticationFailed(
                "The refresh token is not valid any more, and an authorization code works only once:"
                " the user must sign in again.",
                status=403,
            )
        try:
            token = await self._ask(form, login=True, repeat=(NotSent,))
        except (AuthenticationFailed, PermissionDenied) as error:
            self._remember(error)
            raise
        self._logged_in = True
        return token

    def _remember(self, error: APIError) -> None:
        """Do not ask again after a refusal in Act-On's own words; a gateway's page may be gone tomorrow."""
        if error.code is not None or _says_no_api(error):
            self._refused = error

    async def _ask(self, form: Mapping[str, str], *, login: bool, repeat: tuple[type[ActOnError], ...]) -> Token:
        waits = Waits(self._policy)
        for left in reversed(range(self._policy.attempts)):
            try:
                return _token_in(await self._exchange(form, login))
            except repeat:
                if not left:
                    raise
                await asyncio.sleep(waits.next())
        raise AssertionError("a policy has at least one attempt")


def _differ(one: Token, other: Token) -> bool:
    return one.access_token != other.access_token


def _token_in(response: Response) -> Token:
    if response.status >= 400:
        raise _explained(error_of(response))
    body = cast("Mapping[str, Any] | None", parse(response))
    if not isinstance(body, Mapping) or not body.get("access_token"):
        raise DecodeError(
            f"The token endpoint answered HTTP {response.status} without a token.",
            status=response.status,
            request_id=response.request_id,
        )
    return Token.from_answer(body)


def _says_no_api(error: APIError) -> bool:
    return error.code == API_DISABLED or API_DISABLED in error.message


def _explained(error: APIError) -> APIError:
    """Say which of the credentials was refused."""
    if _says_no_api(error):
        words = f"This account has no API access: {error.message}"
    elif isinstance(error, AuthenticationFailed):
        what = "client id or secret" if error.code == "access_denied" else "credentials"
        words = f"Act-On refused the {what}: {error.message}"
    elif isinstance(error, RateLimited):
        words = (
            f"Act-On takes no login now, after too many logins or calls: {error.message}"
            " Processes that share a FileStore share one login."
        )
    else:
        return error
    return type(error)(words, status=error.status, code=error.code, request_id=error.request_id)
