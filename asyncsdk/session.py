"""The session: what a program opens once and shares. It holds the token, the limits and the jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from enum import Enum
from math import inf
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, cast, get_origin

from attrs import evolve

from asyncsdk import api, models
from asyncsdk.api import NAMESPACES, TABLE
from asyncsdk.auth.grants import Grant
from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.auth.stores import MemoryStore, TokenStore
from asyncsdk.auth.token_endpoint import TokenEndpoint
from asyncsdk.auth.token_source import TokenSource
from asyncsdk.auth.tokens import Token, part_that_is_no_text
from asyncsdk.client.job_status import decode_status, status_request, status_route
from asyncsdk.client.settings import SessionOptions, session_options_from
from asyncsdk.decoding.results import JobAccepted, decode_result
from asyncsdk.errors import ActOnError, InvalidArgument, SessionClosed, SessionNotOpen
from asyncsdk.files.csv_stream import iter_csv_dicts
from asyncsdk.http.hosts import US
from asyncsdk.http.messages import Request, Response
from asyncsdk.http.retry import RetryPolicy
from asyncsdk.jobs.job import Job
from asyncsdk.jobs.poll_schedule import PollPolicy
from asyncsdk.jobs.poller import JobPoller, PollTarget
from asyncsdk.jobs.status import StatusSnapshot
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.limiter import Limiter
from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.rate_limiter import RateLimiter
from asyncsdk.pagination.page import Page
from asyncsdk.pagination.pages import Pages, Streamed
from asyncsdk.routing.route import Route
from asyncsdk.transport.connection import ClientSession, Connection, Timeout
from asyncsdk.transport.options import DEFAULT_OPTIONS, CallOptions
from asyncsdk.transport.token_exchange import TokenExchange
from asyncsdk.transport.transport import Transport

if TYPE_CHECKING:
    from asyncsdk.bulk import Bulk
    from asyncsdk.downloads import Downloads
    from asyncsdk.queue import ContactQueue

__all__ = ["Session"]

T = TypeVar("T")


class _State(Enum):
    UNOPENED = "not open yet"
    OPEN = "open"
    CLOSED = "closed"


_OPEN = _State.OPEN
_FOR_ITS_PARTS = frozenset({"call", "contact_queue", "downloads", "job", "limits", "polling", "walk"})


class Session:
    """Act-On, for one account. Open it once and share it: ``async with Session(...) as acton``.

    Args:
        grant: how to get a token; ``PasswordGrant``, ``CodeGrant`` or ``RefreshGrant``.
        token: a bearer token; without a grant, the caller looks after it.
        store: keeps the token and the day's count; ``FileStore`` shares them between processes.
        base_url: ``US``, ``EU``, or any other host, such as an emulator's.
        limits: what the account is allowed.
        retry: how often a call is tried.
        polling: how often jobs are looked at.
        timeout: how long to wait for the network.
        http: an aiohttp session of your own, for proxies and certificates; it is used and never closed.
        limiter: shared with other sessions of the account in this event loop.

    Raises:
        InvalidArgument: neither a grant nor a token was given, or one that cannot be sent.
    """

    account: api.Account
    events: api.Events
    lists: api.Lists
    contacts: api.Contacts
    subscriptions: api.Subscriptions
    logos: api.Logos
    headers: api.Headers
    footers: api.Footers
    images: api.Images
    media: api.Media
    forms: api.Forms
    pages: api.LandingPages
    programs: api.Programs
    reports: api.Reports
    messages: api.Messages
    campaigns: api.Campaigns
    seo: api.Seo
    transactional: api.Transactional
    audience: api.Audience
    imports: api.Imports
    schema: api.Schema
    segments: api.Segments
    custom_data: api.CustomData

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
    ) -> None:
        self._base_url = base_url
        self._state = _State.UNOPENED
        # From here on no variable holds a token but in an object that hides it.
        token = Token(token) if isinstance(token, str) and token else token or None
        if grant is None and token is None:
            raise InvalidArgument("A session needs a grant, such as PasswordGrant(...), or a token.")
        if token is not None and not (isinstance(cast("object", token), Token) and token.is_usable()):
            raise InvalidArgument(
                "A token must be visible ASCII characters, without blanks: does this one end in the line end of its"
                " file? Nothing was sent."
            )
        if grant is not None and (part := part_that_is_no_text(grant)) is not None:
            raise InvalidArgument(f"{type(grant).__name__}.{part} is no text that can be sent. Nothing was sent.")
        store = store if store is not None else MemoryStore()
        self._limits = limits
        self._limiter = limiter if limiter is not None else Limiter(limits)
        self._polling = polling
        self._connection = Connection(base_url, timeout, http)
        self._quota_sync = QuotaSync(self._limiter, store)
        token_exchange = TokenExchange(self._connection, self._limiter, self._quota_sync)
        tokens = TokenSource(
            grant=grant,
            token=token.usable_parts() if token is not None else None,
            store=store,
            quota_sync=self._quota_sync,
            endpoint=TokenEndpoint(token_exchange.post, retry),
            longest_wait=min(limits.longest_pause, limits.max_wait or inf),
        )
        self._transport = Transport(
            connection=self._connection,
            limiter=self._limiter,
            quota_sync=self._quota_sync,
            tokens=tokens,
            policy=retry,
            limits=limits,
        )
        self._watcher = JobPoller(self._look, polling, self._limiter.usage)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing: asyncio.Task[None] | None = None
        self._account_info: asyncio.Task[models.AccountInfo] | None = None
        for name, namespace in NAMESPACES.items():
            setattr(self, name, namespace(self))

    @classmethod
    def from_env(cls, prefix: str = "ACTON_", **overrides: Unpack[SessionOptions]) -> Self:
        """A session with what the environment holds, and with the arguments given here.

        Read are ``CLIENT_ID``, ``CLIENT_SECRET``, ``USERNAME`` and ``PASSWORD``, each behind the prefix; or
        ``REFRESH_TOKEN`` in the place of the last two; or ``TOKEN`` alone. ``BASE_URL`` and ``TOKEN_FILE``
        may be there, and ``CALLS_PER_SECOND``, this session's part of Act-On's 5. In ``TOKEN_FILE`` ``~`` is the
        home folder; a line end behind a value is dropped.

        Raises:
            InvalidArgument: a variable is missing, or says nothing that can be used; it is named.
        """
        return cls(**session_options_from(prefix, overrides))

    def __repr__(self) -> str:
        return f"<Session {self._base_url} {self._state.value}>"

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
            ActOnError: it is open already.
            SessionClosed: it was closed before.
        """
        self._check_unopened()
        await self._quota_sync.sync()
        self._check_unopened()
        self._loop = asyncio.get_running_loop()
        await self._connection.open()
        self._state = _State.OPEN

    async def close(self) -> None:
        """Refuse new calls, detach the jobs, end the calls under way within 5 seconds, and close the sockets.

        Calls that wait end at once with ``SessionClosed``; calls on the wire get 4 seconds to finish. A token
        renewal under way finishes, so that no refresh token is lost. Closing twice is harmless.

        Raises:
            ActOnError: it was opened in another event loop.
        """
        if self._state is _State.UNOPENED or self._loop is None:
            self._state = _State.CLOSED
            return
        closed = self._closing is not None and self._closing.done()
        if not closed and self._loop is not asyncio.get_running_loop():
            raise ActOnError("This session was opened in another event loop, and can be closed only there.")
        self._state = _State.CLOSED
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close(), name="asyncsdk close")
        await asyncio.shield(self._closing)

    def __dir__(self) -> list[str]:
        """What users need; what the session's own parts ask it for is left out."""
        return sorted({*super().__dir__()} - _FOR_ITS_PARTS)

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
        return await self._opened().send(request)

    async def call(self, route: Route, arguments: dict[str, Any], options: CallOptions = DEFAULT_OPTIONS) -> Any:
        """Make one call of the table and give its result; what every generated method does.

        Args:
            route: the row.
            arguments: all of the row's arguments, by name.
            options: how; they hold for the job that it begins, too.
        """
        transport = self._opened()
        if route.wants_account_id:
            given = arguments["account_id"]
            if given is None:
                arguments["account_id"] = await self._account_id()
        else:
            given = None
        value = decode_result(route.result, await transport.send(route.compile(arguments), options))
        if isinstance(value, JobAccepted):
            target = PollTarget(
                value.report, value.job_id, route.name, given, options.counter, options.expected_seconds
            )
            return self._watcher.watch(target, just_submitted=True)
        return value

    def walk(self, route: Route, arguments: dict[str, Any], options: CallOptions = DEFAULT_OPTIONS) -> Any:
        """Give the pages, or stream the rows or bytes, that a row of the table promises."""
        if get_origin(route.result) is not Page:
            stream = self._records if route.gives_records else self._pieces
            return Streamed(stream(route, arguments, options), route.name)

        async def fetch(ask: Mapping[str, Any], ahead: bool) -> Page[Any]:
            page: Page[Any] = await self.call(
                route, {**arguments, **ask}, evolve(options, lane=Lane.BULK) if ahead else options
            )
            return page

        return Pages(fetch, arguments, route.name)

    def job(
        self,
        report: type[T],
        job_id: str,
        account_id: str | None = None,
        options: CallOptions = DEFAULT_OPTIONS,
    ) -> Job[T]:
        """Watch a job that is known by its id alone.

        Raises:
            InvalidArgument: this cannot be an id.
        """
        self._opened()
        route = status_route(report)
        status_request(route, job_id, "0")
        target = PollTarget(report, job_id, route.name, account_id, options.counter, options.expected_seconds)
        return self._watcher.watch(target, just_submitted=False)

    @property
    def limits(self) -> Limits:
        """What the account is allowed."""
        return self._limits

    @property
    def polling(self) -> PollPolicy:
        """How often jobs are looked at."""
        return self._polling

    async def identity(self, options: CallOptions = DEFAULT_OPTIONS) -> str:
        """Which account this is: the server, and the account's number, which is asked for once.

        A file that remembers what a list was told belongs to one account: every account has a list ``l-0001``.

        Args:
            options: how the call is made, if one is.
        """
        return f"{self._base_url.rstrip('/')} {await self._account_id(options)}"

    @property
    def bulk(self) -> Bulk:
        """Many rows at once: ``bulk.plan(...)``, ``bulk.upsert(...)``."""
        from asyncsdk.bulk import Bulk

        return Bulk(self)

    @property
    def downloads(self) -> Downloads:
        """What reads lists of any size, for ``lists.records``, ``lists.export`` and their like."""
        # Read on its first use: not every program downloads lists.
        from asyncsdk.downloads import Downloads

        return Downloads(self._answer, self._stream, self.identity)

    def contact_queue(self, list_id: str, **options: Any) -> ContactQueue:
        """What takes contacts now and sends them soon, for ``contacts.queue``."""
        from asyncsdk.queue import ContactQueue

        return ContactQueue(self, self._opened, list_id, **options)

    async def _answer(self, route: Route, arguments: dict[str, Any], options: CallOptions) -> Response:
        return await self._opened().send(await self._compiled(route, arguments), options)

    @asynccontextmanager
    async def _stream(
        self, route: Route, arguments: dict[str, Any], options: CallOptions = DEFAULT_OPTIONS
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        request = await self._compiled(route, arguments)
        async with self._opened().stream(request, options) as pieces:
            yield pieces

    async def _records(
        self, route: Route, arguments: dict[str, Any], options: CallOptions
    ) -> AsyncGenerator[dict[str, str]]:
        async with self._stream(route, arguments, options) as pieces:
            async for record in iter_csv_dicts(pieces):
                yield record

    async def _pieces(self, route: Route, arguments: dict[str, Any], options: CallOptions) -> AsyncGenerator[bytes]:
        request = await self._compiled(route, arguments)
        async with self._opened().stream(request, options, any_kind=True) as pieces:
            async for piece in pieces:
                yield piece

    async def _compiled(self, route: Route, arguments: dict[str, Any]) -> Request:
        self._opened()
        if route.wants_account_id and arguments["account_id"] is None:
            arguments = {**arguments, "account_id": await self._account_id()}
        return route.compile(arguments)

    async def _look(self, target: PollTarget[Any]) -> tuple[StatusSnapshot, Any]:
        route = status_route(target.report)
        account_id = target.account_id
        if route.wants_account_id and account_id is None:
            account_id = await self._account_id()
        request = status_request(route, target.job_id, account_id)
        response = await self._transport.send(request, CallOptions(Lane.POLL, counter=target.counter))
        return decode_status(target, response, self._polling.words)

    async def _account_id(self, options: CallOptions = DEFAULT_OPTIONS) -> str:
        """The number for ``{account_id}`` paths, asked for once."""
        asking = self._account_info
        if asking is None or (asking.done() and (asking.cancelled() or asking.exception() is not None)):
            asking = self._account_info = asyncio.get_running_loop().create_task(
                self.call(TABLE["account.get"], {}, options)
            )
        return str((await asyncio.shield(asking)).account_id)

    def _check_unopened(self) -> None:
        if self._state is _State.OPEN:
            raise ActOnError("This session is open already: share it, or make another.")
        if self._state is _State.CLOSED:
            raise SessionClosed("This session was closed, and a session opens only once: make another.")

    def _opened(self) -> Transport:
        if self._state is not _OPEN:
            if self._state is _State.UNOPENED:
                raise SessionNotOpen(
                    "This session is not open: use 'async with Session(...)', or await open() first."
                )
            raise SessionClosed("This session is closed; nothing was sent. Make another.")
        if asyncio.get_running_loop() is not self._loop:
            raise ActOnError("This session was opened in another event loop, whose sockets cannot be used here.")
        return self._transport

    async def _close(self) -> None:
        try:
            await self._watcher.close()
            await self._transport.close()
            await self._quota_sync.close()
        finally:
            await self._connection.close()
