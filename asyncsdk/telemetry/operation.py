"""Operation: whatever makes requests, by its number; and the operation in whose task or context the program is."""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import Final, Protocol, TypeVar

from asyncsdk import clock
from asyncsdk.telemetry.calls import AttemptEnded, AttemptStarted
from asyncsdk.telemetry.limits import PlaceWaited, Throttled
from asyncsdk.telemetry.observer import Emitter
from asyncsdk.telemetry.outcome import error_name, outcome_of
from asyncsdk.telemetry.server import Server

__all__ = ["Operation", "current_operation", "next_number"]

_numbers = count(1)


def next_number() -> int:
    """A number that nothing else in this process has."""
    return next(_numbers)


class Answer(Protocol):
    """Answer to a request, as far as an event tells of it."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...


A = TypeVar("A", bound=Answer)
T = TypeVar("T")


class Operation:
    """A call, a token renewal, or other work to which calls belong; raises the events of its requests.

    Args:
        emitter: gives events to the observers.
        server: whom it asks.
        method: the method of its requests, if all have the same.
        template: the template of their paths.
    """

    __slots__ = ("_emitter", "_method", "_server", "_template", "attempts", "began", "number")

    def __init__(self, emitter: Emitter, server: Server, method: str = "POST", template: str | None = None) -> None:
        self._emitter = emitter
        self._server = server
        self._method = method
        self._template = template
        self.number: int = next_number()
        self.began: float = clock.monotonic()
        self.attempts: int = 0

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return clock.monotonic() - self.began

    def enter(self) -> None:
        """Let the calls belong to it that are made from here on, in this context."""
        current_operation.set(self)

    @contextmanager
    def entered(self) -> Generator[None]:
        """Let the calls of a block belong to it, and those of the tasks that it starts."""
        token = current_operation.set(self)
        try:
            yield
        finally:
            current_operation.reset(token)

    async def attempt(self, exchange: Awaitable[A]) -> A:
        """Make one attempt, with the events of its beginning and its end."""
        number, server = next_number(), self._server
        resend, began = self.attempts, clock.monotonic()
        self.attempts += 1
        started = AttemptStarted(
            number, self.number, resend, self._method, self._template, server.scheme, server.host, server.port
        )
        self._emitter.emit(started)
        status: int | None = None
        error: BaseException | None = None
        try:
            answer = await exchange
            status = answer.status
            return answer
        except BaseException as raised:
            error = raised
            raise
        finally:
            self._emitter.emit(
                AttemptEnded(
                    number,
                    self.number,
                    self._method,
                    self._template,
                    server.scheme,
                    server.host,
                    server.port,
                    outcome_of(error),
                    status,
                    error_name(error),
                    clock.monotonic() - began,
                )
            )

    async def place(self, lane: str, acquire: Awaitable[T]) -> T:
        """Wait for a place in the limits, with the event of its end."""
        began = clock.monotonic()
        error: BaseException | None = None
        try:
            return await acquire
        except BaseException as raised:
            error = raised
            raise
        finally:
            self._emitter.emit(PlaceWaited(self.number, lane, outcome_of(error), clock.monotonic() - began))

    def throttled(self, retry_after: float | None) -> None:
        """Note that the server said 429."""
        self._emitter.emit(Throttled(self.number, retry_after))


current_operation: Final[ContextVar[Operation | None]] = ContextVar("asyncsdk operation", default=None)
"""The operation to which calls belong that are made here; None: to whoever's code runs."""
