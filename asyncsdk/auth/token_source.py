"""Token source: the session's token, renewed by one task at a time that all callers share.

A renewal is keyed by the token that was refused: a caller that comes late with a token that was renewed meanwhile
gets the new one at once. No caller that is cancelled cancels its task. Where somebody else does, such as a program
that cancels all of its tasks, the callers that are left begin another.
"""

from __future__ import annotations

import asyncio
import logging
from copy import copy
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Final

from asyncsdk import clock
from asyncsdk.auth.grants import Grant
from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.auth.token_endpoint import TokenEndpoint
from asyncsdk.auth.token_renewer import NewToken, TokenRenewer
from asyncsdk.auth.token_store import TokenStore
from asyncsdk.auth.tokens import Token, same_bearer
from asyncsdk.errors import ActOnError, AuthenticationFailed, SessionClosed
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.shared_task import begin_shared, end_of

if TYPE_CHECKING:
    from asyncsdk.telemetry.renewal_recorder import RenewalRecorder
    from asyncsdk.telemetry.telemetry import Telemetry

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
        self._renewer = TokenRenewer(grant, token, store, quota_sync, endpoint) if grant is not None else None
        self._token: Token | None = None
        self._longest_wait = longest_wait
        self._pauses = pauses
        self._telemetry = telemetry
        self._recorder: RenewalRecorder | None = None
        self._renewing: asyncio.Task[Token] | None = None
        self._waiting = False
        self._finishing = False
        self._ahead_at = inf
        if token is not None:
            self._use(token)

    def ready(self) -> Token | None:
        """The token, if it is good now; starts a renewal in the background if it is not good for long."""
        token = self._token
        if token is None or token.expires_at is None:
            return token
        now = clock.wall()
        if now >= token.expires_at and self._renewer is not None:
            return None
        if now >= self._ahead_at and self._renewer is not None and self._renewing is None:
            self._ahead_at = now + PAUSE
            self._renewing = self._start_renewal(self._renewer, token)
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
        while True:
            current = self.ready()
            if current is not None and not same_bearer(current, refused):
                return current
            if self._renewer is None:
                raise AuthenticationFailed(
                    "The bearer token was refused, and this session was given no grant to renew it with.",
                    status=401,
                )
            if (final := self._renewer.final_error) is not None:
                raise copy(final) from final.__cause__
            renewing = self._renewing or self._start_renewal(self._renewer, refused)
            await end_of(renewing)
            if not renewing.cancelled():
                break
            if self._finishing:
                raise SessionClosed("The session was closed while this call waited for a token. It was not sent.")
        try:
            return renewing.result()
        except ActOnError as error:  # each caller gets a copy: callers add notes, and raising adds frames
            raise copy(error) from error.__cause__

    async def finish(self) -> None:
        """Let a running renewal finish, but not for ever, and not one that only waits."""
        self._finishing = True
        if self._renewing is not None and self._waiting:
            self._renewing.cancel()
        if self._renewing is not None:
            _, late = await asyncio.wait({self._renewing}, timeout=CLOSING_SECONDS)
            for task in late:
                task.cancel()

    def _start_renewal(self, renewer: TokenRenewer, refused: Token | None) -> asyncio.Task[Token]:
        renew = partial(self._renew_until_done, renewer, refused)
        self._recorder = None if self._telemetry is None else self._telemetry.renewal()
        self._renewing = begin_shared(
            asyncio.get_running_loop(),
            renew() if self._recorder is None else self._recorder.run(renew),
            "asyncsdk token renewal",
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

    async def _renew_until_done(self, renewer: TokenRenewer, refused: Token | None) -> Token:
        at_once = False
        while True:
            got = await renewer.renew(self._token, refused, at_once=at_once)
            if isinstance(got, NewToken):
                if self._recorder is not None:
                    self._recorder.source = got.source
                return self._use(got.token)
            if got.seconds > self._longest_wait:
                raise got.error()
            _wait_log.warning(
                "%s The next one is tried in %.0f s.",
                got.failed,
                got.seconds,
                extra={"acton_event": "renewal_waits", "acton_seconds": got.seconds},
            )
            self._waiting = True
            try:
                await asyncio.sleep(self._pauses.seconds(got.seconds))
            finally:
                self._waiting = False
            at_once = self._pauses.is_short  # by the clocks it would be too early to ask

    def _use(self, token: Token) -> Token:
        self._token = token
        left = token.seconds_left()
        self._ahead_at = clock.wall() + left - min(AHEAD, left / 10) if left < inf else inf
        return token
