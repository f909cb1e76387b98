"""Events of calls: each call, and each attempt of it on the wire."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

from asyncsdk.telemetry.outcome import Outcome

__all__ = ["AttemptEnded", "AttemptStarted", "CallEnded", "CallStarted", "RetryReason", "RetryScheduled"]

RetryReason: TypeAlias = Literal[
    "throttled", "not sent", "reply lost", "server error", "token refused", "place expired"
]
"""Why another attempt follows: the server said 429; the request was not sent; the answer was lost; a gateway or the
server failed; the token was refused; the place in the limits was over before the request could be sent."""


@frozen
class CallStarted:
    """A call begins; raised in the task that makes it, before anything is waited for."""

    call: int
    """The call's number, unique in this process."""

    parent: int | None
    """The number of the job, bulk run or flush that makes the call; None: whoever's code runs."""

    route: str
    """The route's name, such as ``contacts.upsert``; ``send`` for a call that the table lacks."""

    method: str
    """The HTTP method."""

    template: str | None
    """The path with ``{names}`` in the place of values; None for a call that the table lacks."""

    lane: str
    """The priority lane: ``interactive``, ``bulk`` or ``poll``."""


@frozen
class CallEnded:
    """A call is over: answered, failed or cancelled; of a stream, when it was read or left."""

    call: int
    """The number of ``CallStarted``."""

    route: str
    """The route's name."""

    outcome: Outcome
    """How it ended."""

    error: str | None
    """The name of the error's class; None if there is none."""

    attempts: int
    """Attempts that were made."""

    seconds: float
    """How long it took, all waits included."""


@frozen
class AttemptStarted:
    """One request goes out: the call, or the token renewal, has its token and its place in the limits."""

    attempt: int
    """The attempt's number, unique in this process."""

    operation: int
    """The number of the call or of the token renewal."""

    resend: int
    """How many attempts it has made before this one."""

    method: str
    """The HTTP method."""

    template: str | None
    """The path with ``{names}`` in the place of values; None for a call that the table lacks."""

    scheme: str
    """``https`` or ``http``."""

    server: str
    """The name of the host."""

    port: int
    """Its port."""


@frozen
class AttemptEnded:
    """One request was answered, or was not; of a stream, when the answer's beginning was there."""

    attempt: int
    """The number of ``AttemptStarted``."""

    operation: int
    """The number of the call or of the token renewal."""

    method: str
    """The HTTP method."""

    template: str | None
    """The path with ``{names}`` in the place of values; None for a call that the table lacks."""

    scheme: str
    """``https`` or ``http``."""

    server: str
    """The name of the host."""

    port: int
    """Its port."""

    outcome: Outcome
    """``ok`` for any answer, also one that says no."""

    status: int | None
    """The HTTP status; None without an answer."""

    error: str | None
    """The name of the error's class, if there was no answer."""

    seconds: float
    """From the attempt's beginning to its answer, the opening of a connection included."""


@frozen
class RetryScheduled:
    """Another attempt of a call follows."""

    call: int
    """The call's number."""

    route: str
    """The route's name."""

    reason: RetryReason
    """Why."""

    seconds: float
    """Seconds of the wait before it; 0 if it only waits for a token or a place in the limits."""
