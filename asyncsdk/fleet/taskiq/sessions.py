"""Sessions of a worker: one for each account, opened when a task first asks for it, and closed with the worker."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Annotated, Final, Unpack

from taskiq import AsyncBroker, Context, TaskiqDepends, TaskiqEvents, TaskiqState

from asyncsdk.auth.grants import Grant
from asyncsdk.auth.token_store import TokenStore
from asyncsdk.client.settings import SharedSessionOptions
from asyncsdk.errors import ActOnError, InvalidArgument
from asyncsdk.fleet.fleet import Fleet
from asyncsdk.redis.account_keys import checked_account
from asyncsdk.session import Session
from asyncsdk.shared_task import end_of

__all__ = ["Sessions"]

ARGUMENT: Final = "account"
"""The argument of a task that names its account."""


class Sessions:
    """Sessions for the tasks of a broker: ``acton: Session = TaskiqDepends(acton_of)`` gives a task its session.

    All tasks of a worker share the session of an account. Where there are several accounts, a task names its own by
    its argument ``account``, or by ``TaskiqDepends(acton_of.account("acme"))``.

    Args:
        broker: the broker; its events open and close the fleet and the sessions.
        fleet: shares limits and tokens with all workers; not open yet, and used for nothing else. None: each worker
            process has limits and tokens of its own, which fits one process only, or those of ``store``.
        accounts: how each account gets a token, by the name of your own for it.
        store: keeps the token of the one account where there is no fleet, such as a ``FileStore``, which all
            processes of a machine may share; without it each start of a worker costs a login.
        options: what ``Session`` takes, for all accounts: ``base_url``, ``limits`` and the like.

    Raises:
        InvalidArgument: there is no account, or a name or an option cannot be used.
    """

    def __init__(
        self,
        broker: AsyncBroker,
        fleet: Fleet | None,
        accounts: Mapping[str, Grant],
        *,
        store: TokenStore | None = None,
        **options: Unpack[SharedSessionOptions],
    ) -> None:
        if not accounts:
            raise InvalidArgument("accounts must name at least one account and its grant.")
        if not {"grant", "token"}.isdisjoint(options):
            raise InvalidArgument("accounts says how each account gets its token: leave grant and token out.")
        if store is not None and (fleet is not None or len(accounts) > 1):
            raise InvalidArgument("A store is for one account, and for no fleet, which keeps the tokens itself.")
        self._store = store
        self._accounts = {checked_account(name): grant for name, grant in accounts.items()}
        self._fleet = fleet
        self._options = options
        self._stack = AsyncExitStack()
        self._opening: dict[str, asyncio.Task[Session]] = {}
        self._open = False
        broker.add_event_handler(TaskiqEvents.WORKER_STARTUP, self._start)
        broker.add_event_handler(TaskiqEvents.WORKER_SHUTDOWN, self._stop)

    def __repr__(self) -> str:
        return f"<Sessions of {len(self._accounts)} accounts>"

    @property
    def fleet(self) -> Fleet | None:
        """The fleet; None: there is none."""
        return self._fleet

    async def __call__(self, context: Annotated[Context, TaskiqDepends()]) -> Session:
        """The session of the account that a task names; for ``TaskiqDepends``.

        Raises:
            InvalidArgument: it names no account, or one that is not known here.
            FleetUnavailable: Redis does not answer.
        """
        return await self.session(self._account_of(context))

    def account(self, name: str) -> Callable[[], Awaitable[Session]]:
        """The session of one account, for ``TaskiqDepends``, where the task does not name it.

        Raises:
            InvalidArgument: there is no such account.
        """
        self._known(name)

        async def session_of_account() -> Session:
            return await self.session(name)

        return session_of_account

    async def session(self, account: str) -> Session:
        """The open session of an account; do not close it.

        Raises:
            InvalidArgument: there is no such account.
            ActOnError: the worker has not started, or has ended.
            FleetUnavailable: Redis does not answer.
        """
        self._known(account)
        while True:
            if not self._open:
                raise ActOnError("The sessions of a worker open and close with it: start the broker first.")
            task = self._opening.get(account)
            if task is None:
                # A task of its own: one that waits for it may be cancelled, and the others get it all the same.
                task = asyncio.get_running_loop().create_task(self._opened(account), name="asyncsdk session")
                self._opening[account] = task
                task.add_done_callback(partial(self._ended, account))
            await end_of(task)
            if not task.cancelled():  # else somebody has cancelled it, and none of those who wait for it
                return task.result()

    def _ended(self, account: str, opening: asyncio.Task[Session]) -> None:
        if opening.cancelled() or opening.exception() is not None:
            self._opening.pop(account, None)  # the next task tries again

    async def _opened(self, account: str) -> Session:
        session = self._made(account)
        await session.open()
        self._stack.push_async_callback(session.close)
        return session

    def _made(self, account: str) -> Session:
        options = SharedSessionOptions(**self._options)
        options["grant"] = self._accounts[account]
        if self._fleet is not None:
            return self._fleet.session(account, **options)
        return Session(**options) if self._store is None else Session(**options, store=self._store)

    def _known(self, account: str) -> None:
        if account not in self._accounts:
            raise InvalidArgument("The task names an account that this worker does not know.")

    def _account_of(self, context: Context) -> str:
        message = context.message
        task = context.broker.find_task(message.task_name)
        if task is not None and ARGUMENT in (signature := inspect.signature(task.original_func)).parameters:
            bound = signature.bind_partial(*message.args, **message.kwargs)
            bound.apply_defaults()
            return str(bound.arguments[ARGUMENT])
        if len(self._accounts) > 1:
            raise InvalidArgument(
                "There are several accounts: give the task an argument 'account', or name it by"
                " TaskiqDepends(acton_of.account(...))."
            )
        return next(iter(self._accounts))

    async def _start(self, _: TaskiqState) -> None:
        if self._fleet is not None:
            await self._fleet.open()
            self._stack.push_async_callback(self._fleet.close)
        self._open = True

    async def _stop(self, _: TaskiqState) -> None:
        self._open = False
        opening, self._opening = list(self._opening.values()), {}
        for task in opening:
            task.cancel()
        await asyncio.gather(*opening, return_exceptions=True)
        await self._stack.aclose()
