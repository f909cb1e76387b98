"""Call engine: turns a route and its arguments into a request, sends it, and decodes the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar, get_origin

from attrs import evolve

from asyncsdk import models
from asyncsdk.api import Account
from asyncsdk.client.status_routes import decode_status, status_arguments, status_route
from asyncsdk.decoding.results import JobAccepted, decode_result
from asyncsdk.files.csv_stream import iter_csv_dicts
from asyncsdk.http.messages import Request, Response
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.jobs.job import Job
from asyncsdk.jobs.poll_schedule import PollPolicy
from asyncsdk.jobs.poller import JobPoller, PollTarget
from asyncsdk.jobs.status_parser import StatusSnapshot
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.protocol import RateLimiter
from asyncsdk.pagination.page import Page
from asyncsdk.pagination.paged_list import Pages, Streamed
from asyncsdk.pagination.strategies import PageRequest
from asyncsdk.routing.route import Result, Route, route_of
from asyncsdk.shared_task import begin_shared, end_of
from asyncsdk.transport.call_options import DEFAULT_OPTIONS, CallOptions
from asyncsdk.transport.transport import Transport

if TYPE_CHECKING:
    from asyncsdk.telemetry.call_recorder import CallRecorder
    from asyncsdk.telemetry.telemetry import Telemetry

__all__ = ["Caller"]

T = TypeVar("T")


class Caller:
    """Makes the calls of one session: for its namespaces, its downloads, its bulk runs and its queues.

    Args:
        transport: sends requests.
        check_open: raises unless the session is open, in the event loop that runs.
        base_url: the server.
        limits: what the account is allowed.
        limiter: counts the calls.
        polling: how often jobs are looked at.
        pauses: how long it waits before it tries again.
        telemetry: raises events, if there is an observer.
    """

    def __init__(
        self,
        transport: Transport,
        check_open: Callable[[], None],
        *,
        base_url: str,
        limits: Limits,
        limiter: RateLimiter,
        polling: PollPolicy,
        pauses: PausePolicy,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._transport = transport
        self.check_open = check_open
        self.limits = limits
        self.polling = polling
        self.pauses = pauses
        self.usage: Callable[[], Usage] = limiter.usage
        self.telemetry: Telemetry | None = telemetry
        self._base_url = base_url
        self._account_info: asyncio.Task[models.AccountInfo] | None = None
        self._poller = JobPoller(self._poll, polling, limiter.usage, telemetry)

    async def call(
        self, route: Route[Result], arguments: dict[str, Any], options: CallOptions = DEFAULT_OPTIONS
    ) -> Result:
        """Make one call and give its result.

        Args:
            route: the route.
            arguments: all of the route's arguments, by name.
            options: how; they hold for the job that the call begins, too.
        """
        self.check_open()
        if self.telemetry is not None:
            return await self._observed_call(self.telemetry, route, arguments, options)
        request = await self.prepare(route, arguments) if route.wants_account_id else route.compile(arguments)
        response = await self._transport.send(request, options)
        return self._result(route, arguments, options, response)

    async def _observed_call(
        self, telemetry: Telemetry, route: Route[Result], arguments: dict[str, Any], options: CallOptions
    ) -> Result:
        with self._recorder(telemetry, route, options) as recorder:
            request = await self.prepare(route, arguments)
            response = await self._transport.send(request, options, recorder)
            return self._result(route, arguments, options, response, recorder.number)

    def _result(
        self,
        route: Route[Result],
        arguments: Mapping[str, Any],
        options: CallOptions,
        response: Response,
        call: int | None = None,
    ) -> Result:
        """What a response means to the caller: a model, or a job that is watched from now on."""
        value: Any = decode_result(route.result, response)
        if isinstance(value, JobAccepted):
            account_id = arguments["account_id"] if route.wants_account_id else None
            value = self._watch(
                value.report, value.job_id, account_id, route, options, just_submitted=True, call=call
            )
        result: Result = value
        return result

    async def send(
        self, route: Route, arguments: Mapping[str, Any], options: CallOptions = DEFAULT_OPTIONS
    ) -> Response:
        """Make one call and give its answer, not decoded."""
        self.check_open()
        return await self._send(route, arguments, options)

    async def _send(self, route: Route, arguments: Mapping[str, Any], options: CallOptions) -> Response:
        if self.telemetry is None:
            return await self._transport.send(await self.prepare(route, arguments), options)
        with self._recorder(self.telemetry, route, options) as recorder:
            return await self._transport.send(await self.prepare(route, arguments), options, recorder)

    async def send_request(self, request: Request, options: CallOptions) -> Response:
        """Make a call that the table lacks."""
        self.check_open()
        if self.telemetry is None:
            return await self._transport.send(request, options)
        with self.telemetry.call("send", request.method, None, options.lane.value) as recorder:
            return await self._transport.send(request, options, recorder)

    async def prepare(self, route: Route, arguments: Mapping[str, Any]) -> Request:
        """The request for a call; fills in the account number where the path needs it and none is given."""
        if not route.wants_account_id or arguments["account_id"] is not None:
            return route.compile(arguments)
        # Before the number is asked for, so that wrong arguments are refused while nothing is sent.
        request = None if route.completes else route.compile(arguments)
        arguments = {**arguments, "account_id": await self._account_id(DEFAULT_OPTIONS)}
        return route.compile(arguments) if request is None else evolve(request, path=route.path_for(arguments))

    def walk(self, route: Route, arguments: dict[str, Any], options: CallOptions = DEFAULT_OPTIONS) -> Any:
        """Give the pages of a list, or stream the rows or bytes of a file, as the route promises."""
        if get_origin(route.result) is not Page:
            stream = self._records if route.gives_records else self._bytes
            return Streamed(stream(route, arguments, options), route.name)

        async def fetch(request: PageRequest, ahead: bool) -> Page[Any]:
            page_options = evolve(options, lane=Lane.BULK) if ahead else options
            page: Page[Any] = await self.call(route, {**arguments, **request}, page_options)
            return page

        return Pages(fetch, arguments, route.name)

    @asynccontextmanager
    async def stream(
        self,
        route: Route,
        arguments: Mapping[str, Any],
        options: CallOptions = DEFAULT_OPTIONS,
        *,
        any_file: bool = False,
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        """Make one call and give the body of its answer piece by piece.

        Args:
            route: the route.
            arguments: all of the route's arguments, by name.
            options: how.
            any_file: whether the file may be of any kind; otherwise it must be rows.
        """
        self.check_open()
        telemetry = self.telemetry
        with nullcontext() if telemetry is None else self._recorder(telemetry, route, options) as recorder:
            request = await self.prepare(route, arguments)
            async with self._transport.stream(request, options, recorder, any_kind=any_file) as pieces:
                yield pieces

    async def _records(
        self, route: Route, arguments: Mapping[str, Any], options: CallOptions
    ) -> AsyncGenerator[dict[str, str]]:
        async with self.stream(route, arguments, options) as pieces:
            async for record in iter_csv_dicts(pieces):
                yield record

    async def _bytes(
        self, route: Route, arguments: Mapping[str, Any], options: CallOptions
    ) -> AsyncGenerator[bytes]:
        async with self.stream(route, arguments, options, any_file=True) as pieces:
            async for piece in pieces:
                yield piece

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
        self.check_open()
        route = status_route(report)
        route.compile(status_arguments(route, job_id, "0"))  # refuses what cannot be an id
        return self._watch(report, job_id, account_id, route, options, just_submitted=False)

    def _watch(
        self,
        report: type[T],
        job_id: str,
        account_id: str | None,
        route: Route,
        options: CallOptions,
        *,
        just_submitted: bool,
        call: int | None = None,
    ) -> Job[T]:
        counter, expected = options.counter, options.expected_seconds
        target = PollTarget(report, job_id, route.name, account_id, counter, expected)
        return self._poller.watch(target, just_submitted=just_submitted, call=call)

    async def _poll(self, target: PollTarget[Any]) -> tuple[StatusSnapshot, Any]:
        """Ask the server about a job."""
        route = status_route(target.report)
        options = CallOptions(Lane.POLL, counter=target.counter)
        response = await self._send(route, status_arguments(route, target.job_id, target.account_id), options)
        return decode_status(target, response, self.polling.words)

    async def identity(self, options: CallOptions = DEFAULT_OPTIONS) -> str:
        """Which account this is: the server, and the account's number.

        Args:
            options: how the number is asked for, if it must be.
        """
        return f"{self._base_url.rstrip('/')} {await self._account_id(options)}"

    async def _account_id(self, options: CallOptions) -> str:
        """The account's number, asked for once and shared by all who wait for it."""
        while True:
            asking = self._account_info
            if asking is None or (asking.done() and (asking.cancelled() or asking.exception() is not None)):
                asking = self._account_info = self._asked_account(options)
            await end_of(asking)
            if not asking.cancelled():  # else somebody has cancelled it, and none of those who wait for it
                return str(asking.result().account_id)

    def _asked_account(self, options: CallOptions) -> asyncio.Task[models.AccountInfo]:
        asking = begin_shared(asyncio.get_running_loop(), self.call(route_of(Account.get), {}, options))
        # If it fails after everyone who waited was cancelled, asyncio must not report it as forgotten.
        asking.add_done_callback(lambda task: task.cancelled() or task.exception())
        return asking

    @staticmethod
    def _recorder(telemetry: Telemetry, route: Route, options: CallOptions) -> CallRecorder:
        return telemetry.call(route.name, route.method, route.path, options.lane.value)

    async def close(self) -> None:
        """Detach every job that is not done."""
        await self._poller.close()
