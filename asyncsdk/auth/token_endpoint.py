"""Token endpoint: the requests to ``/token``, and what its answers mean.

Secrets are kept in objects whose repr hides them, because a traceback's variables may be sent elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias, cast

from attrs import evolve, frozen

from asyncsdk.auth.grants import Grant, is_text
from asyncsdk.auth.tokens import RefreshToken, Token
from asyncsdk.errors import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    DecodeError,
    FleetUnavailable,
    GatewayError,
    InvalidArgument,
    NotSent,
    PlaceExpired,
    QuotaExhausted,
    RateLimited,
    ReplyLost,
    ServerError,
    TokenUnavailable,
)
from asyncsdk.http.error_bodies import API_DISABLED, error_from_response, is_page, says_throttled
from asyncsdk.http.json import parse
from asyncsdk.http.messages import Effect, Request, Response
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.http.retry_policy import BackoffDelays, RetryPolicy

__all__ = ["TokenEndpoint", "TokenExchange", "is_final", "login_request"]

TokenExchange: TypeAlias = Callable[[Request, bool], Awaitable[Response]]
"""Sends a request to ``/token``, once; the flag says whether it counts as a login."""

_REPEATABLE: Final = (NotSent, ReplyLost, RateLimited, ServerError)
"""After these a refresh is repeated. It may be spent by then: but as nobody got a token for it, presenting it
again can end none."""


@frozen(eq=False, repr=False)
class TokenWait:
    """Time that must pass before ``/token`` is asked again."""

    seconds: float
    failed: str
    """The failure before it, as a sentence."""
    spared: str
    """The budget that the wait saves."""
    cause: Exception | None
    """The error of that failure, if it is known."""

    def error(self) -> TokenUnavailable:
        """The error of callers that do not wait so long."""
        error = TokenUnavailable(
            f"{self.failed} So that {self.spared} last, the next one is tried in {self.seconds:,.0f} s."
            " Nothing was sent."
        )
        error.__cause__ = self.cause.with_traceback(None) if self.cause is not None else None
        return error


class TokenEndpoint:
    """Client of ``/token``.

    Args:
        exchange: sends a request, once.
        policy: how often a refresh is tried.
        pauses: how long is waited between two tries.
    """

    def __init__(self, exchange: TokenExchange, policy: RetryPolicy, pauses: PausePolicy) -> None:
        self._exchange = exchange
        self._policy = policy
        self._pauses = pauses

    async def login(self, request: Request) -> Token:
        """Log in, with a request of ``login_request``; it is repeated only if it was surely not sent.

        Raises:
            ActOnError: it brought no token.
        """
        return await self._ask(request, login=True, repeat=(NotSent,))

    async def refresh(self, grant: Grant, spent: RefreshToken, *, repeat: bool) -> Token | None:
        """Use a refresh token for a new token; None if the server refuses it for good.

        Args:
            grant: whose it is.
            spent: the refresh token.
            repeat: whether to try again after any failure; if not, only if the request was surely not sent.

        Raises:
            ActOnError: there is no clear answer.
        """
        form = {
            "grant_type": "refresh_token",
            "client_id": grant.client_id,
            "client_secret": grant.client_secret,
            "refresh_token": spent.value,
        }
        request = Request("POST", "/token", form=form, effect=Effect.UNSAFE)
        del form
        try:
            token = await self._ask(request, login=False, repeat=_REPEATABLE if repeat else (NotSent,))
        except AuthenticationFailed as error:
            if error.code == "invalid_grant":
                return None
            raise
        # A server that gives no other refresh token leaves the old one good: RFC 6749, section 6.
        return token if token.refresh_token else evolve(token, refresh_token=spent.value)

    async def _ask(self, request: Request, *, login: bool, repeat: tuple[type[ActOnError], ...]) -> Token:
        waits = BackoffDelays(self._policy)
        trouble: ActOnError | None = None
        for left in reversed(range(self._policy.attempts)):
            try:
                return _token_of(await self._exchange(request, login))
            except QuotaExhausted as error:
                if trouble is None or error.budget != "second":
                    raise
                raise trouble from error  # the server's error tells more than the end of the waiting
            except (FleetUnavailable, PlaceExpired):  # the limits, whose waits are theirs
                raise
            except repeat as error:
                trouble = error
                if not left:
                    raise
                await asyncio.sleep(self._pauses.seconds(waits.next()))
        raise AssertionError("a policy has at least one attempt")


def login_request(grant: Grant) -> Request | None:
    """The request of a login; None if the grant cannot log in.

    Raises:
        InvalidArgument: a part of it cannot be sent as text.
    """
    form = grant.login()
    if form is None:
        return None
    odd = [name for name, value in form.items() if not is_text(value)]
    request = Request("POST", "/token", form=form, effect=Effect.UNSAFE)
    del form
    if odd:
        raise InvalidArgument(f"The {odd[0]} of the grant is no text that can be sent.")
    return request


def is_final(error: APIError) -> bool:
    """Whether a refusal is final, because it is Act-On's own; a gateway may refuse for a moment only."""
    return error.code is not None or _says_no_api(error)


def _token_of(response: Response) -> Token:
    if response.status >= 400 or says_throttled(response):
        error = error_from_response(response)
        if isinstance(error, AuthenticationFailed) and error.code is None and is_page(response):
            # Act-On refuses credentials in JSON: a page is a gateway's, which knows nothing of them.
            error = GatewayError(error.message, status=error.status, request_id=error.request_id)
        raise _explained(error)
    token = _token_in(response)
    if token is None:
        raise DecodeError(
            f"The token endpoint answered HTTP {response.status} without a token that can be sent.",
            status=response.status,
            request_id=response.request_id,
        )
    return token


def _token_in(response: Response) -> Token | None:
    body = cast("Mapping[str, Any] | None", parse(response))
    if not isinstance(body, Mapping) or not isinstance(body.get("access_token"), str):
        return None
    token = Token.from_answer(body)
    return token if token.is_usable() else None


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
            f"Act-On takes no login now, after too many logins or calls: {error.message.rstrip(' .')}."
            " Processes that share a FileStore, or a Redis by asyncsdk.fleet, share one login."
        )
    else:
        return error
    return type(error)(words, status=error.status, code=error.code, request_id=error.request_id)
