"""Transport: sends the requests of a session, and gives their responses whole or as a stream.

::

    send, stream      its files are checked
      retry loop        the call is in flight: retries, token, place in the limits
        connection        one request, one response
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.auth.token_source import TokenSource
from asyncsdk.files.upload import Upload
from asyncsdk.http.error_bodies import missing_file_error
from asyncsdk.http.messages import Request, Response
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.http.retry_policy import RetryPolicy
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.protocol import RateLimiter
from asyncsdk.transport.call_options import DEFAULT_OPTIONS, CallOptions
from asyncsdk.transport.call_state import CallState, Exchange
from asyncsdk.transport.connection import Connection
from asyncsdk.transport.open_calls import OpenCalls
from asyncsdk.transport.retry_loop import RetryLoop
from asyncsdk.transport.streamed_response import open_stream

if TYPE_CHECKING:
    from asyncsdk.telemetry.call_recorder import CallRecorder

__all__ = ["Transport"]


class Transport:
    """Sends requests on behalf of one session.

    Args:
        connection: the connection to the host.
        limiter: gives each attempt its place.
        quota_sync: writes into the store that calls were made.
        tokens: gives each attempt its token.
        policy: how often a call is attempted.
        limits: how long files, responses and pauses may be.
        pauses: how long is waited between two attempts.
    """

    def __init__(
        self,
        *,
        connection: Connection,
        limiter: RateLimiter,
        quota_sync: QuotaSync,
        tokens: TokenSource,
        policy: RetryPolicy,
        limits: Limits,
        pauses: PausePolicy,
    ) -> None:
        self._connection = connection
        self._limits = limits
        self._policy = policy
        self._exchange: Exchange[Response] = connection.exchange
        self.calls: OpenCalls = OpenCalls()
        self.tokens: TokenSource = tokens
        self._retry_loop = RetryLoop(
            limiter=limiter, quota_sync=quota_sync, tokens=tokens, policy=policy, limits=limits, pauses=pauses
        )

    def send(
        self, request: Request, options: CallOptions = DEFAULT_OPTIONS, recorder: CallRecorder | None = None
    ) -> Coroutine[Any, Any, Response]:
        """Send a request until it is answered, refused, or given up.

        Args:
            request: what to send.
            options: how.
            recorder: raises the events of the call, if there is an observer.

        Raises:
            APIError: the server refused it.
            QuotaExhausted: a budget is spent.
            TransportError: the network failed.
        """
        if request.multipart is not None:
            self._check_files(request.multipart)
        return self._retry_loop.send(
            CallState(self.calls, request, self._exchange, options, self._policy.attempts, recorder)
        )

    @asynccontextmanager
    async def stream(
        self,
        request: Request,
        options: CallOptions = DEFAULT_OPTIONS,
        recorder: CallRecorder | None = None,
        *,
        any_kind: bool = False,
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Send a request like ``send`` does, and give the file in its response piece by piece.

        Args:
            request: what to send.
            options: how.
            recorder: raises the events of the call, if there is an observer.
            any_kind: whether the file may be of any kind; else it is rows, and JSON is none.

        Raises:
            ReplyLost: the response broke off; what was given is a part of it.
        """
        async with AsyncExitStack() as stack:
            exchange = partial(open_stream, self._connection, stack, any_kind)
            call = CallState(self.calls, request, exchange, options, self._policy.attempts, recorder)
            response = await self._retry_loop.send(call)
            if response.pieces is None:
                raise missing_file_error(response)
            yield response.pieces

    async def close(self) -> None:
        """End the calls in flight, and let a renewal of the token finish."""
        await asyncio.gather(self.calls.end(), self.tokens.finish())

    def _check_files(self, parts: Mapping[str, str | Upload]) -> None:
        for part in parts.values():
            if isinstance(part, Upload):
                part.check(self._limits.upload_bytes)
