"""Probed account: makes the calls of checks, each attempt within the budget, and gives answers as they came."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar, cast

from attrs import evolve

from asyncsdk.api import Account
from asyncsdk.errors import APIError, AuthenticationFailed, RateLimited
from asyncsdk.files.upload import Upload
from asyncsdk.http.messages import Request, Response, Texts
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.budget import CallBudget
from asyncsdk.probe.check import NothingToAsk
from asyncsdk.probe.made_lists import MadeLists
from asyncsdk.routing.route import route_of
from asyncsdk.session import Session
from asyncsdk.transport.call_options import CallOptions

__all__ = ["ProbedAccount"]

_T = TypeVar("_T")

_NAMES: Final = ("account_name", "cname", "user_name", "user_email", "login")
"""What the account tells of itself that no report may hold, though a refusal names it."""


class ProbedAccount:
    """An account that checks run against: the user's, or the one of the reference emulator.

    Args:
        session: an open session; its limiter, its retries and its counter are used.
        budget: counts every attempt on the wire, and refuses the one that would be too many.
        made: the record of what is made, so that it is removed though the program is killed; None where that ends
            with the program anyway.
        pause: waits for so many seconds.
    """

    def __init__(
        self,
        session: Session,
        budget: CallBudget,
        *,
        made: MadeLists | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.session = session
        self.budget = budget
        self.made = made
        self.pause = pause
        self.choice = 0
        """Which of the things that it holds a check asks by: 0 the first."""
        self._names: tuple[str, ...] = ()
        self._read: dict[tuple[Callable[..., object], str], Answer] = {}

    async def call(
        self,
        method: Callable[..., object],
        *args: object,
        query: Mapping[str, str] | None = None,
        reserved: bool = False,
        **arguments: object,
    ) -> Answer:
        """Make one call, and give its answer, a refusal as well.

        Args:
            method: the method of the table, such as ``Lists.all``.
            args: its arguments by place.
            query: query parameters beside those of the arguments, as they travel.
            reserved: whether the attempts are among those that were reserved in the budget.
            arguments: its arguments by name.

        Raises:
            AuthenticationFailed: the token is refused.
            RateLimited: there were too many calls, also after the session's own retries.
            BudgetSpent: the budget has no attempt left.
            TransportError: the network failed.
        """
        route = route_of(method)
        bound = route.bind(args, dict(arguments))
        if route.wants_account_id and bound["account_id"] is None:
            bound["account_id"] = await self.account_id()
        request = route.compile(bound)
        if query:
            request = evolve(request, query={**request.query, **query})
        response = await self._exchange(request, reserved=reserved)
        if route is route_of(Account.get):
            self._names = _names(Answer(route, response).object) or self._names
        return Answer(route, response, (*_texts(bound, request.query), *self._names))

    async def read(
        self,
        method: Callable[..., object],
        *args: object,
        query: Mapping[str, str] | None = None,
        **arguments: object,
    ) -> Answer:
        """The same for a call that only reads; asked twice alike, it is sent once."""
        key = method, repr((args, query, arguments))
        if key not in self._read:
            self._read[key] = await self.call(method, *args, query=query, reserved=False, **arguments)
        return self._read[key]

    def choose(self, found: Sequence[_T]) -> _T:
        """The thing to ask by: the first that was found, or by ``choice`` a later one, at most the last.

        Args:
            found: what the account holds, in the order of its answer; one at least.
        """
        return found[min(self.choice, len(found) - 1)]

    async def account_id(self) -> str:
        """The account's number.

        Raises:
            NothingToAsk: the account does not tell it.
        """
        told = (await self.read(Account.get)).object
        number = told.get("account_id", told.get("accountId"))
        if not isinstance(number, (int, str)):
            raise NothingToAsk("the account's number is not known")
        return str(number)

    async def _exchange(self, request: Request, *, reserved: bool) -> Response:
        last: list[Response] = []

        async def before_attempt() -> None:
            self.budget.take(reserved=reserved)

        options = CallOptions(before_attempt=before_attempt, on_response=partial(_keep_last, last))
        try:
            return await self.session.send_request(request, options)
        except RateLimited:
            raise
        except APIError as error:
            refused = isinstance(error, AuthenticationFailed)
            if not last or (refused and (reserved or not await self._takes_token(request))):
                raise
            return last[-1]

    async def _takes_token(self, refused: Request) -> bool:
        """Whether the account takes the token elsewhere.

        Then 401 is the answer of one route, such as one of a part of the API that the account does not have.
        """
        request = route_of(Account.get).compile({})
        if request == refused:
            return False
        try:
            return (await self._exchange(request, reserved=False)).status < 300
        except APIError:
            return False


def _keep_last(last: list[Response], response: Response) -> None:
    last[:] = [response]


def _names(account: Mapping[str, Any]) -> tuple[str, ...]:
    """What the account tells of itself, such as its name."""
    names = [account.get(key) for key in _NAMES]
    return tuple(name for name in names if isinstance(name, str) and len(name) > 1)


def _texts(arguments: Mapping[str, Any], query: Texts) -> tuple[str, ...]:
    """What a call sent, as far as it is text or a number."""
    told: list[object] = [*arguments.values(), *query.values()]
    told += [member for value in told if isinstance(value, list) for member in cast("list[object]", value)]
    sent = [value.name if isinstance(value, Upload) else value for value in told]
    texts = [str(value) for value in sent if isinstance(value, (str, int)) and not isinstance(value, bool)]
    return tuple(text for text in texts if len(text) > 1)
