"""Call state: one call on its way through the retry loop, and its failed attempts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

from attrs import define, frozen

from asyncsdk.auth.tokens import Token
from asyncsdk.errors import ActOnError
from asyncsdk.files.upload import Upload
from asyncsdk.http.messages import Effect, Request, Response
from asyncsdk.http.retry_policy import BackoffDelays, Evidence, Verdict, evidence_of, verdict
from asyncsdk.http.unsafe_calls import UnsafeCalls
from asyncsdk.transport.attempt import Attempt
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.transport.expired_places import PLACES
from asyncsdk.transport.open_calls import OpenCall
from asyncsdk.transport.retry_reason import retry_reason

if TYPE_CHECKING:
    from asyncsdk.telemetry.call_recorder import CallRecorder

__all__ = ["CallState", "Exchange", "Failure", "failed_attempt"]

R = TypeVar("R", bound=Response)

RENEWALS: Final = 2
"""How often one call may find its token refused."""

Exchange: TypeAlias = Callable[[Request, Token, Attempt], Awaitable[R]]
"""Makes one attempt of a call, with a token; gives its response, a failure as well."""


@define(eq=False)
class CallState(OpenCall, Generic[R]):
    """One call: what it is, and what is left to it."""

    request: Request
    exchange: Exchange[R]
    options: CallOptions
    effect: Effect
    unsafe_calls: UnsafeCalls | None
    attempts_left: int
    recorder: CallRecorder | None
    renewals_left: int = RENEWALS
    places_left: int = PLACES
    waits: BackoffDelays | None = None

    def record_retry(self, error: ActOnError, seconds: float = 0.0) -> None:
        """Tell the observer, if there is one, that another attempt follows after so many seconds."""
        if self.recorder is not None:
            self.recorder.retry(retry_reason(error), seconds)


@frozen
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
