"""Burst: more calls than a second allows, past the session's limiter, until the first is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from attrs import frozen

from asyncsdk.errors import ActOnError
from asyncsdk.http.messages import Request, Response
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.protocol import Place, RateLimiter
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer import Answer
from asyncsdk.routing.route import route_of
from asyncsdk.transport.call_options import CallOptions

__all__ = ["MOST", "SPACING", "Burst", "BurstAnswers"]

MOST: Final = 30
"""Calls of one burst: six times what a second allows."""

SPACING: Final = 0.02
"""Seconds between two calls: few enough for thirty in a second, and time to see the first refusal."""


class _UncountedPlace:
    """Place of a call that no limiter was asked for."""

    sent = False

    def left(self, *, opened: bool = False) -> None:  # noqa: ARG002 (the limiter's places take it)
        self.sent = True

    def answered(self) -> None:
        pass

    def lost(self) -> None:
        pass

    def unused(self) -> None:
        self.sent = False


class _OneAttempt(ActOnError):
    """Ends a call before its second attempt."""


@frozen
class BurstAnswers:
    """Answers to a burst."""

    answered: int
    """How many calls were carried out."""

    refusal: Answer | None
    """The first refusal; None if there was none."""


class Burst:
    """Calls of one route past the limiter, which counts them afterwards.

    Args:
        account: the account.
        method: a method of the table that only reads, and needs no arguments.
    """

    def __init__(self, account: ProbedAccount, method: Callable[..., object]) -> None:
        self._account = account
        self._route = route_of(method)
        self._request: Request = self._route.compile(self._route.bind((), {}))
        self._places: list[_UncountedPlace] = []
        self._limiter: RateLimiter | None = None

    async def send(self, spacing: float = SPACING) -> BurstAnswers:
        """Send calls, up to ``MOST``, until one is refused.

        Args:
            spacing: seconds between two calls.

        Raises:
            ActOnError: one failed in another way, or the budget is spent.
        """
        calls: list[asyncio.Task[Answer]] = []
        try:
            while len(calls) < MOST and not any(_is_refused(call) for call in calls):
                calls.append(asyncio.create_task(self.call()))
                await asyncio.sleep(spacing)
            answers = await asyncio.gather(*calls)
        finally:
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
        refused = [answer for answer in answers if answer.refused]
        return BurstAnswers(len(answers) - len(refused), refused[0] if refused else None)

    async def call(self) -> Answer:
        """Make one call past the limiter, with one attempt, and give its answer."""
        answers: list[Response] = []
        begun: list[bool] = []

        async def before_attempt() -> None:
            if begun:
                raise _OneAttempt("One attempt is enough.")
            begun.append(True)
            self._account.budget.take()

        options = CallOptions(before_attempt=before_attempt, on_response=answers.append, place=self._place)
        try:
            return Answer(self._route, await self._account.session.send_request(self._request, options))
        except ActOnError:
            if not answers:
                raise
            return Answer(self._route, answers[-1])

    async def count(self) -> None:
        """Let the limiter count the calls that were sent past it: others share the account's day."""
        for place in self._places:
            if place.sent and self._limiter is not None:
                counted = await self._limiter.acquire(Lane.BULK)
                counted.left()
                counted.answered()
        self._places.clear()

    async def _place(self, limiter: RateLimiter) -> Place:
        self._limiter = limiter
        place = _UncountedPlace()
        self._places.append(place)
        return place


def _is_refused(call: asyncio.Task[Answer]) -> bool:
    """Whether a call has ended, and not well."""
    return call.done() and (call.cancelled() or call.exception() is not None or call.result().refused)
