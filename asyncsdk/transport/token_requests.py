"""Token requests over the connection: each is sent once, and takes a place in the limits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from asyncsdk.auth.quota_sync import QuotaSync
from asyncsdk.errors import PlaceExpired
from asyncsdk.http.error_bodies import says_throttled
from asyncsdk.http.messages import Request, Response
from asyncsdk.http.retry_after import retry_after
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.protocol import Place, RateLimiter
from asyncsdk.transport.attempt import Attempt
from asyncsdk.transport.connection import Connection
from asyncsdk.transport.expired_places import PLACES, no_more_places

if TYPE_CHECKING:
    from asyncsdk.telemetry.telemetry import Telemetry

__all__ = ["TokenRequests"]


class TokenRequests:
    """Sends requests to ``/token``.

    Args:
        connection: the connection to the host.
        limiter: gives each request its place.
        quota_sync: shares the count of logins with other processes.
        telemetry: raises the events of the requests, if there is an observer.
    """

    def __init__(
        self,
        connection: Connection,
        limiter: RateLimiter,
        quota_sync: QuotaSync,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._connection = connection
        self._limiter = limiter
        self._quota_sync = quota_sync
        self._telemetry = telemetry

    async def post(self, request: Request, login: bool) -> Response:
        """Send a request once, and give its response, a failure as well.

        A login is entered in the store before it is sent: it counts even if the process dies now.

        Raises:
            QuotaExhausted: a budget is spent.
            TransportError: the network failed.
        """
        for left in reversed(range(PLACES)):
            try:
                return await self._at_place(request, login)
            except PlaceExpired as error:
                if login:
                    self._quota_sync.schedule_sync()  # the store is told that it was not sent
                if not left:
                    raise no_more_places() from error
        raise AssertionError("the last place has raised")

    async def _at_place(self, request: Request, login: bool) -> Response:
        if login:
            # The logins of other processes first: the hour's budget is one for all.
            await self._quota_sync.sync()
        renewal = None if self._telemetry is None else self._telemetry.current()
        acquiring = self._limiter.acquire(Lane.TOKEN, login=login)
        place = await (acquiring if renewal is None else renewal.place(Lane.TOKEN.value, acquiring))
        if login:
            await self._enter_login(place)
        attempt = Attempt(place, asyncio.current_task(), self._quota_sync)
        try:
            exchanging = self._connection.exchange(request, None, attempt)
            response = await (exchanging if renewal is None else renewal.attempt(exchanging))
        except BaseException as error:
            attempt.failed(error)
            raise
        attempt.answered()
        if response.status == 429 or says_throttled(response):
            self._limiter.throttled(retry_after(response))
            if renewal is not None:
                renewal.throttled(retry_after(response))
        return response

    async def _enter_login(self, place: Place) -> None:
        """Enter a login that is about to be sent; if that fails, it is not sent."""
        try:
            await self._quota_sync.sync()
        except BaseException:
            place.unused()
            raise
