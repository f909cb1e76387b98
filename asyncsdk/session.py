"""Session: the client of one account. A program opens one and shares it; it builds all other parts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from math import inf
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from asyncsdk.auth.grants import Grant
from asyncsdk.auth.memory_store import MemoryStore
from asyncsdk.auth.quota_sync import DELAY, SHARED_DELAY, QuotaSync
from asyncsdk.auth.token_endpoint import TokenEndpoint
from asyncsdk.auth.token_source import TokenSource
from asyncsdk.auth.token_store import TokenStore, has_limiter
from asyncsdk.auth.tokens import Token
from asyncsdk.client.caller import Caller
from asyncsdk.client.credentials import check_credentials
from asyncsdk.client.lifecycle import Lifecycle
from asyncsdk.client.session_namespaces import SessionNamespaces
from asyncsdk.client.settings import OwnedParts, SessionOptions, session_settings_from
from asyncsdk.client.waits import waits_for
from asyncsdk.http.call_count import CallCount
from asyncsdk.http.hosts import US
from asyncsdk.http.messages import Request, Response
from asyncsdk.http.retry_policy import RetryPolicy
from asyncsdk.jobs.poll_schedule import PollPolicy
from asyncsdk.limits.limiter import Limiter
from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.protocol import RateLimiter, has_to_ask
from asyncsdk.routing.route import Result, Route
from asyncsdk.shared_task import end_of
from asyncsdk.transport.call_options import DEFAULT_OPTIONS, CallOptions
from asyncsdk.transport.connection import ClientSession, Connection, Timeout
from asyncsdk.transport.task_factory import check_task_factory
from asyncsdk.transport.token_requests import TokenRequests
from asyncsdk.transport.transport import Transport

if TYPE_CHECKING:
    from asyncsdk.bulk import Bulk
    from asyncsdk.telemetry.observer import Observer
    from asyncsdk.telemetry.telemetry import Telemetry

__all__ = ["Session"]


class Session(SessionNamespaces):
    """Act-On, for one account. Open it once and share it: ``async with Session(...) as acton``.

    Args:
        grant: how to get a token; ``PasswordGrant``, ``CodeGrant`` or ``RefreshGrant``.
        token: a bearer token; without a grant, the caller looks after it.
        store: keeps the token and the day's count, and may have a rate limiter; ``FileStore`` shares all of them
            between the processes of a machine.
        base_url: ``US``, ``EU``, or any other host, such as an emulator's.
        limits: what the account is allowed.
        retry: how often a call is tried.
        polling: how often jobs are looked at.
        timeout: how long to wait for the network.
        http: an aiohttp session of your own, for proxies and certificates; it is used and never closed.
        limiter: shared with other sessions of the account in this event loop; by default the one of the store.
        observer: a function, or several, that is given an event for each call and whatever else is worth watching:
            ``docs/telemetry.md``.

    Raises:
        InvalidArgument: neither a grant nor a token was given, or one that cannot be sent; or an observer is no
            plain function.
    """

    def __init__(
        self,
        *,
        grant: Grant | None = None,
        token: str | Token | None = None,
        store: TokenStore | None = None,
        base_url: str = US,
        limits: Limits = Limits(),
        retry: RetryPolicy = RetryPolicy(),
        polling: PollPolicy = PollPolicy(),
        timeout: Timeout = Timeout(),
        http: ClientSession | None = None,
        limiter: RateLimiter | None = None,
        observer: Observer | Sequence[Observer] | None = None,
    ) -> None:
        self._base_url = base_url
        self._lifecycle = Lifecycle()
        # From here on no variable holds a token but in an object that hides it.
        token = Token(token) if isinstance(token, str) and token else token or None
        check_credentials(grant, token)
        store = store if store is not None else MemoryStore()
        self._connection = Connection(base_url, timeout, http, limits.answer_bytes)
        self._telemetry = telemetry = _telemetry_for(observer, base_url)
        waits = waits_for(base_url, limits, polling)
        # A fast test has a limiter of its own: what others share must not let more through.
        wants_one = limiter is None and not waits.is_short
        self._own_limiter = store.limiter(limits) if wants_one and has_limiter(store) else None
        if limiter is None:
            limiter = self._own_limiter if self._own_limiter is not None else Limiter(waits.pace)
        self._limiter = limiter
        delay = DELAY if self._own_limiter is None else SHARED_DELAY
        self._quota_sync = QuotaSync(self._limiter, store, delay)
        token_exchange = TokenRequests(self._connection, self._limiter, self._quota_sync, telemetry)
        tokens = TokenSource(
            grant=grant,
            token=token.usable_parts() if token is not None else None,
            store=store,
            quota_sync=self._quota_sync,
            endpoint=TokenEndpoint(token_exchange.post, retry, waits.pauses),
            longest_wait=min(limits.longest_pause, limits.max_wait or inf),
            pauses=waits.pauses,
            telemetry=telemetry,
        )
        self._transport = Transport(
            connection=self._connection,
            limiter=self._limiter,
            quota_sync=self._quota_sync,
            tokens=tokens,
            policy=retry,
            limits=limits,
            pauses=waits.pauses,
        )
        self._caller = Caller(
            self._transport,
            self._lifecycle.check_open,
            base_url=base_url,
            limits=limits,
            limiter=self._limiter,
            polling=waits.polling,
            pauses=waits.pauses,
            telemetry=telemetry,
        )
        self._owned: OwnedParts | None = None
        self._closing: asyncio.Task[None] | None = None
        super().__init__(self._caller)

    @classmethod
    def from_env(cls, prefix: str = "ACTON_", **overrides: Unpack[SessionOptions]) -> Self:
        """A session with what the environment holds, and with the arguments given here.

        Read are ``CLIENT_ID``, ``CLIENT_SECRET``, ``USERNAME`` and ``PASSWORD``, each behind the prefix; or
        ``REFRESH_TOKEN`` in the place of the last two; or ``TOKEN`` alone. ``BASE_URL`` and ``TOKEN_FILE``
        may be there, and ``CALLS_PER_SECOND``, which is less than Act-On's 5 where programs use the account that do
        not share its limits. In ``TOKEN_FILE`` ``~`` is the home folder; a line end behind a value is dropped.
        Instead of it there may be ``REDIS_URL`` with ``ACCOUNT``, a name for the account: all processes with the
        same two share its limits and its token.

        Raises:
            InvalidArgument: a variable is missing, or says nothing that can be used; it is named.
        """
        settings = session_settings_from(prefix, overrides)
        session = cls(**settings.options)
        session._owned = settings.owned
        return session

    def __repr__(self) -> str:
        return f"<Session {self._base_url} {self._lifecycle}>"

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Get ready for calls; the first one fetches the token.

        Raises:
            ActOnError: it is open already, or the program's task factory cannot make aiohttp's tasks.
            SessionClosed: it was closed before.
        """
        self._lifecycle.check_unopened()
        if self._owned is not None:
            await self._owned.open()
        try:
            await check_task_factory()
            await self._quota_sync.sync()
            if has_to_ask(self._limiter):
                await self._limiter.look()
            self._lifecycle.check_unopened()
            self._lifecycle.bind()
            await self._connection.open()
        except BaseException:
            if self._owned is not None:
                await self._owned.close()
            raise
        self._lifecycle.opened()
        if self._telemetry is not None:
            self._telemetry.opened(self.usage)

    async def close(self) -> None:
        """Refuse new calls, detach the jobs, end the calls under way within 5 seconds, and close the sockets.

        Calls that wait end at once with ``SessionClosed``; calls on the wire get 4 seconds to finish. A token
        renewal under way finishes, so that no refresh token is lost. Closing twice is harmless.

        Raises:
            ActOnError: it was opened in another event loop.
        """
        if not self._lifecycle.was_opened:
            self._lifecycle.closed()
            return
        if self._closing is None or not self._closing.done():
            self._lifecycle.check_loop()
        self._lifecycle.closed()
        while True:
            if self._closing is None or self._closing.cancelled():
                self._closing = asyncio.get_running_loop().create_task(self._close(), name="asyncsdk close")
            closing = self._closing
            await end_of(closing)
            if not closing.cancelled():  # else somebody has cancelled it, and none of those who close
                closing.result()
                return

    def __dir__(self) -> list[str]:
        """Completion shows the methods of the namespaces; what is left out is for programs that read the table."""
        return sorted({*super().__dir__()} - {"base_url", "call", "send_request"})

    @property
    def base_url(self) -> str:
        """The server that calls go to."""
        return self._base_url

    def usage(self) -> Usage:
        """Calls made and left today, logins left this hour, and when each resets."""
        return self._limiter.usage()

    async def send(self, request: Request) -> Response:
        """Make a call that the table lacks, with the same token, limits and retries.

        Raises:
            APIError: the server refused it.
            QuotaExhausted: a budget is spent.
            TransportError: the network failed.
        """
        return await self._caller.send_request(request, DEFAULT_OPTIONS)

    async def send_request(self, request: Request, options: CallOptions) -> Response:
        """Make the same call, and say how: what happens before each attempt, and who sees its answer.

        Args:
            request: what to send.
            options: how.
        """
        return await self._caller.send_request(request, options)

    async def call(
        self, route: Route[Result], arguments: dict[str, Any], options: CallOptions = DEFAULT_OPTIONS
    ) -> Result:
        """Make one call of the table, by its route, and give its result; what every method of a namespace does.

        Args:
            route: the route.
            arguments: all of the route's arguments, by name.
            options: how; they hold for the job that the call begins, too.
        """
        return await self._caller.call(route, arguments, options)

    async def identity(self, count: CallCount | None = None) -> str:
        """Which account this is: the server, and the account's number, which is asked for once.

        A file that remembers what a list was told belongs to one account: every account has a list ``l-0001``.

        Args:
            count: counts the call, if one is made.
        """
        return await self._caller.identity(CallOptions(counter=count))

    @property
    def bulk(self) -> Bulk:
        """Many rows at once: ``bulk.plan(...)``, ``bulk.upsert(...)``."""
        from asyncsdk.bulk import Bulk

        return Bulk(self._caller)

    async def _close(self) -> None:
        async with AsyncExitStack() as stack:  # each is closed though another one fails; the last one here first
            if self._telemetry is not None:
                stack.callback(self._telemetry.closed)
            for part in (self._owned, self._own_limiter, self._connection):
                if part is not None:
                    stack.push_async_callback(part.close)
            await self._caller.close()
            await self._transport.close()
            await self._quota_sync.close()


def _telemetry_for(observer: Observer | Sequence[Observer] | None, base_url: str) -> Telemetry | None:
    """The telemetry of a session; without an observer nothing of it is imported."""
    if observer is None or (not callable(observer) and not observer):
        return None
    from asyncsdk.telemetry.telemetry import Telemetry

    return Telemetry(observer, base_url)
