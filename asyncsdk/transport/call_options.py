"""Call options: lane, effect, counter and expected duration of one call, as one value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from attrs import frozen

from asyncsdk.http.call_count import CallCount
from asyncsdk.http.messages import Effect, Response
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.protocol import Place, RateLimiter

__all__ = ["DEFAULT_OPTIONS", "CallOptions"]


@frozen(eq=False, repr=False)
class CallOptions:
    """Options of one call, as a value that is handed down unchanged."""

    lane: Lane = Lane.INTERACTIVE
    """The priority lane of the call."""

    effect: Effect | None = None
    """The effect of a repeat; None: as the request says."""

    counter: CallCount | None = None
    """Counts the call, each attempt of it, and the calls that follow the job that it begins."""

    expected_seconds: float | None = None
    """About how long the job that it begins should take, where that is known."""

    before_attempt: Callable[[], Awaitable[None]] | None = None
    """Awaited when the call's turn has come, before each attempt is sent. If it raises, the call ends with that
    error, and this attempt was not sent."""

    place: Callable[[RateLimiter], Awaitable[Place]] | None = None
    """Gives each attempt its place, and is given the session's limiter; by default a place of the limiter is
    awaited. A refusal for too many calls then holds back no other call."""

    on_response: Callable[[Response], None] | None = None
    """Given the answer to each attempt as it came, a refusal as well, before it is judged."""


DEFAULT_OPTIONS: Final = CallOptions()
"""Options of a call that a program awaits; one object, because most calls use it."""
