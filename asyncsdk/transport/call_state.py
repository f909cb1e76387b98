"""Call state: one call on its way through the retry loop, and its failed attempts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, Generic, Self, TypeAlias, TypeVar

from attrs import frozen

from asyncsdk.auth.tokens import Token
from asyncsdk.errors import ActOnError, ReplyLost, SessionClosed
from asyncsdk.files.upload import Upload
from asyncsdk.http.messages import Effect, Request, Response
from asyncsdk.http.retry_policy import BackoffDelays, Evidence, Verdict, evidence_of, verdict
from asyncsdk.http.unsafe_calls import UnsafeCalls, open_count
from asyncsdk.transport.attempt import Attempt
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.transport.expired_places import PLACES
from asyncsdk.transport.open_calls import OpenCalls
from asyncsdk.transport.retry_reason import retry_reason

if TYPE_CHECKING:
    from asyncsdk.telemetry.call_recorder import CallRecorder

__all__ = ["CallState", "Exchange", "Failure", "failed_attempt"]

R = TypeVar("R", bound=Response)

# Python 3.11 runs code for each access to a member through its class.
_UNSAFE: Final = Effect.UNSAFE

RENEWALS: Final = 2
"""How often one call may find its token refused."""

Exchange: TypeAlias = Callable[[Request, Token, Attempt], Awaitable[R]]
"""Makes one attempt of a call, with a token; gives its response, a failure as well."""


class CallState(Generic[R]):
    """One call: what it is, and what is left to it; a context manager around its attempts.

    Args:
        registry: the calls of its session that are in flight.
        request: what is sent.
        exchange: makes one attempt.
        options: how the call is made.
        attempts: how often it is attempted.
        recorder: raises the events of the call, if there is an observer.
    """

    __slots__ = (
        "_cancels",
        "_ended",
        "_registry",
        "attempts_left",
        "effect",
        "exchange",
        "on_wire",
        "options",
        "places_left",
        "recorder",
        "renewals_left",
        "request",
        "task",
        "unsafe_calls",
        "unsure",
        "waits",
    )

    def __init__(
        self,
        registry: OpenCalls,
        request: Request,
        exchange: Exchange[R],
        options: CallOptions,
        attempts: int,
        recorder: CallRecorder | None,
    ) -> None:
        self._registry = registry
        self.request = request
        self.exchange = exchange
        self.options = options
        self.recorder = recorder
        self.effect: Effect = options.effect or request.effect
        self.unsafe_calls: UnsafeCalls | None = open_count() if self.effect is _UNSAFE else None
        self.attempts_left: int = attempts
        self.renewals_left: int = RENEWALS
        self.places_left: int = PLACES
        self.waits: BackoffDelays | None = None
        self.task: asyncio.Task[object] | None = None
        """The task that makes the call, once it has begun."""
        self.on_wire: bool = False
        self.unsure: ActOnError | None = None
        """The error of an attempt that may have acted, once there is one; no later error may hide it."""
        self._ended = False
        self._cancels = 0

    def __enter__(self) -> Self:
        self.task = asyncio.current_task()
        self._registry.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._registry.discard(self)
        if self.unsure is None and not self._ended:
            return
        unsure, self.unsure = self.unsure, None
        closed = self._closing_error(kind) if self._ended else None
        if unsure is not None and error is not unsure and (closed or isinstance(error, ActOnError)):
            raise unsure from closed or error
        if closed is not None:
            raise closed from None

    def _closing_error(self, kind: type[BaseException] | None) -> ActOnError | None:
        """The error that says that the session was closed, if that ended the call."""
        if self.task is None or self.task.uncancel() > self._cancels or kind is not asyncio.CancelledError:
            return None
        if self.on_wire:
            return ReplyLost("The session was closed before the answer came; the call may have acted.")
        return SessionClosed("The session was closed while this call was waiting; nothing more was sent.")

    def end(self) -> None:
        """Cancel the call; it raises the error for its caller then."""
        if not self._ended and self.task is not None:
            self._ended = True
            self._cancels = self.task.cancelling()
            self.task.cancel()

    def record_retry(self, error: ActOnError, seconds: float = 0.0) -> None:
        """Tell the observer, if there is one, that another attempt follows after so many seconds."""
        if self.recorder is not None:
            self.recorder.retry(retry_reason(error), seconds)


@frozen(eq=False, repr=False)
class Failure:
    """A failed attempt."""

    error: ActOnError
    verdict: Verdict
    """What is done next."""


def failed_attempt(call: CallState[R], error: ActOnError, pause: float | None) -> Failure:
    """Record a failed attempt: later errors of the call must not hide that it may have acted."""
    call.on_wire = False
    unsure = call.unsure
    evidence = evidence_of(error)
    if call.unsafe_calls is not None and evidence is not Evidence.UNKNOWN:
        call.unsafe_calls.was_not_done()
    if evidence is Evidence.NOTHING_DONE:
        if unsure is None:
            _notify_refused(call.request)
    elif evidence is Evidence.UNKNOWN:
        if call.effect is not Effect.READ:
            call.unsure = error
    elif unsure is not None:
        # The server's answer to this call, which tells more than an unknown outcome.
        error.add_note("An earlier attempt of this call was left without an answer, and may have acted.")
        call.unsure = None
    return Failure(error, verdict(error, call.effect, pause))


def _notify_refused(request: Request) -> None:
    """Notify the senders of files that the server has nothing of them, before anything is waited for."""
    for part in (request.multipart or {}).values():
        if isinstance(part, Upload) and part.on_refused is not None:
            part.on_refused()
