"""Call recorder: raises the events of one call."""

from __future__ import annotations

from collections.abc import Awaitable
from types import TracebackType
from typing import Self, TypeVar

from asyncsdk import clock
from asyncsdk.telemetry.calls import CallEnded, CallStarted, RetryReason, RetryScheduled
from asyncsdk.telemetry.observer import Emitter
from asyncsdk.telemetry.operation import Operation, current_operation
from asyncsdk.telemetry.outcome import error_name, outcome_of
from asyncsdk.telemetry.server import Server
from asyncsdk.telemetry.tokens import TokenWaited

__all__ = ["CallRecorder"]

T = TypeVar("T")


class CallRecorder(Operation):
    """Context manager around one call.

    Args:
        emitter: gives events to the observers.
        server: whom it asks.
        route: the route's name.
        method: the HTTP method.
        template: the path's template, if there is one.
        lane: the priority lane.
    """

    __slots__ = ("_lane", "_route")

    def __init__(
        self, emitter: Emitter, server: Server, *, route: str, method: str, template: str | None, lane: str
    ) -> None:
        super().__init__(emitter, server, method, template)
        self._route = route
        self._lane = lane

    def __enter__(self) -> Self:
        parent = current_operation.get()
        self._emitter.emit(
            CallStarted(
                self.number,
                None if parent is None else parent.number,
                self._route,
                self._method,
                self._template,
                self._lane,
            )
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._emitter.emit(
            CallEnded(self.number, self._route, outcome_of(error), error_name(error), self.attempts, self.seconds)
        )

    def retry(self, reason: RetryReason, seconds: float = 0.0) -> None:
        """Note that another attempt follows, after so many seconds."""
        self._emitter.emit(RetryScheduled(self.number, self._route, reason, seconds))

    async def token(self, renewal: Awaitable[T]) -> T:
        """Wait for a token, with the event of its end."""
        began = clock.monotonic()
        error: BaseException | None = None
        try:
            return await renewal
        except BaseException as raised:
            error = raised
            raise
        finally:
            self._emitter.emit(TokenWaited(self.number, outcome_of(error), clock.monotonic() - began))
