"""Fleet: sessions whose limits and tokens are shared by all processes on all machines that meet in one Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self, Unpack

from redis.asyncio import Redis

from asyncsdk.bulk import VaultJournal
from asyncsdk.client.settings import SharedSessionOptions
from asyncsdk.errors import InvalidArgument
from asyncsdk.fleet.queue_journal.keys import checked_queue
from asyncsdk.fleet.queue_journal.queue_view import QueueView, read_queue_view
from asyncsdk.fleet.queue_journal.redis_queue import RedisQueue
from asyncsdk.fleet.queue_journal.stream_journal import StreamJournal
from asyncsdk.fleet.run_journal.run_journal import KEEP_DAYS, run_journal_in
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.shared.account_view import AccountView, ProcessView
from asyncsdk.redis.account_keys import checked_account
from asyncsdk.redis.account_reader import read_view, search_accounts
from asyncsdk.redis.checked_client import CheckedClient
from asyncsdk.redis.connect import close_client, limiter_client, place_of, store_client
from asyncsdk.redis.lifetime import Lifetime
from asyncsdk.redis.outage_mode import OutageMode, checked_outage
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_limiter import RedisLimiter
from asyncsdk.redis.redis_store import RedisStore
from asyncsdk.redis.script import RedisClient
from asyncsdk.redis.server_check import check_server
from asyncsdk.session import Session

__all__ = ["Fleet"]


class Fleet:
    """Maker of sessions for any number of accounts, with one Redis: ``async with Fleet.from_url(...) as fleet``.

    Sessions of one account share its second, its day, its logins and its token with all processes whose fleets use
    the same Redis. Close the sessions before the fleet.

    Args:
        redis: a client of your own, ``redis.asyncio.Redis`` or ``RedisCluster``; the fleet does not close it. Give
            it no retries and a timeout of a second, as ``from_url`` does, so that calls learn at once that Redis is
            away.
        outage: what calls do while Redis is away. ``"share"``: each process goes on with its part of the second;
            ``"wait"``: they wait; ``"refuse"``: they end at once in ``FleetUnavailable``.

    Raises:
        InvalidArgument: ``redis`` is no client of ``redis.asyncio``, or ``outage`` is none of the three.
    """

    def __init__(self, redis: RedisClient, *, outage: OutageMode = "share") -> None:
        self._lifetime = Lifetime("fleet")
        self._outage: OutageMode = checked_outage(outage)
        self._place = place_of(redis)
        self._for_limiters: RedisClient = CheckedClient(redis, self._lifetime.check)
        self._for_stores = self._for_limiters
        self._own_clients: tuple[Redis, ...] = ()
        self._limiters: dict[tuple[str, Limits], RedisLimiter] = {}

    @classmethod
    def from_url(cls, url: str, *, outage: OutageMode = "share") -> Self:
        """A fleet with connections of its own; nothing is connected before it opens.

        Args:
            url: ``redis://user:password@host:6379/0``, ``rediss://...`` for TLS, or ``unix:///path/to/socket``.
            outage: what calls do while Redis is away.

        Raises:
            InvalidArgument: the address cannot be used; no part of it is shown.
        """
        address = RedisAddress(url)
        del url  # from here on no variable of a traceback shows a password
        for_limiters, for_stores = limiter_client(address), store_client(address)
        fleet = cls(for_limiters, outage=outage)
        fleet._for_stores = CheckedClient(for_stores, fleet._lifetime.check)
        fleet._own_clients = (for_limiters, for_stores)
        return fleet

    def __repr__(self) -> str:
        return f"<Fleet {self._place} {self._lifetime}>"

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Check the server.

        Raises:
            ActOnError: the fleet was opened before.
            FleetUnavailable: Redis does not answer.
            StoreFailed: Redis gives no access, is too old, or removes what it should keep.
        """
        self._lifetime.begin()
        try:
            await check_server(self._for_limiters, self._place)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close what the fleet opened: the limiters, then its connections. Closing twice is harmless.

        Raises:
            ActOnError: it was opened in another event loop.
        """
        if not self._lifetime.may_close():
            self._lifetime.end()
            return
        async with AsyncExitStack() as stack:
            for client in self._own_clients:
                stack.push_async_callback(close_client, client)
            stack.callback(self._lifetime.end)
            # Side by side: each may wait for a Redis that does not answer.
            await asyncio.gather(*(limiter.close() for limiter in self._limiters.values()))

    def session(self, account: str, **options: Unpack[SharedSessionOptions]) -> Session:
        """A session of an account; open it as any other: ``async with fleet.session("acme", ...) as acton``.

        Sessions of one account with equal ``limits`` share one limiter, so any number of them may be made.

        Args:
            account: a name of your own for the account, the same in all processes: letters, digits, ``._-``.
            options: what ``Session`` takes, but for ``store`` and ``limiter``.

        Raises:
            ActOnError: the fleet is not open, or not in this event loop.
            InvalidArgument: the name cannot be used, or an option.
        """
        self._lifetime.check()
        if not {"store", "limiter"}.isdisjoint(options):
            raise InvalidArgument(
                "A session of a fleet has the store and the limiter of its account: leave both out, or build a"
                " Session by its parts."
            )
        limiter = self._limiter(checked_account(account), options.get("limits", Limits()))
        return Session(**options, store=RedisStore(self._for_stores, account=account), limiter=limiter)

    def queue_journal(self, name: str) -> StreamJournal:
        """The journal of a queue that any number of processes share: ``acton.contacts.queue(..., journal=...)``.

        All of them put rows into it, and one of them sends; when that one is dead, another goes on within 10 s.

        Args:
            name: a name of your own for the queue, the same in all processes: letters, digits, ``._-``. It is for
                one list of one account.

        Returns:
            The journal, for one queue of this process; close the queue before the fleet.

        Raises:
            ActOnError: the fleet is not open, or not in this event loop.
            InvalidArgument: the name cannot be used.
        """
        self._lifetime.check()
        return StreamJournal(self._for_stores, self._place, name)

    async def queue_view(self, name: str) -> QueueView | None:
        """Look at a queue whose journal is in Redis: who sends, and how many rows wait; nothing is changed.

        Args:
            name: the name of the queue.

        Returns:
            The view; None if there is no queue of this name.

        Raises:
            ActOnError: the fleet is not open, or not in this event loop.
            FleetUnavailable: Redis does not answer.
            StoreFailed: it refuses, or gives too few rights.
            InvalidArgument: the name cannot be used.
        """
        return await read_queue_view(RedisQueue(self._for_stores, self._place, checked_queue(name)))

    def run_journal(self, name: str, *, keep_days: float = KEEP_DAYS) -> VaultJournal:
        """A journal for one bulk run, so that any machine can go on with it: ``bulk.upsert(..., journal=...)``.

        Redis keeps a copy, written after each step of the run; with it are the rows that Act-On has rejected.
        A run whose process died can be taken up after ten seconds, one that ended early at once.

        Args:
            name: a name of your own for the run, the same wherever it may go on: letters, digits, ``._-``.
            keep_days: days for which the copy is kept once nobody works at the run.

        Raises:
            ActOnError: the fleet is not open, or not in this event loop.
            InvalidArgument: the name cannot be used, or the days.
        """
        self._lifetime.check()
        return run_journal_in(self._for_stores, self._place, name, keep_days)

    @property
    def place(self) -> str:
        """Where Redis is, without user and password: ``cache:6379``, or the path of a socket."""
        return self._place

    async def view(self, account: str, limits: Limits | None = None) -> AccountView | None:
        """Look at an account's limits: who waits in which lane, and what is left; takes no place.

        Args:
            account: the name of the account.
            limits: what the account is allowed; by default what Act-On says.

        Returns:
            The view; None if nobody has used the account in the last day.

        Raises:
            ActOnError: the fleet is not open, or not in this event loop.
            FleetUnavailable: Redis does not answer.
            StoreFailed: Redis refuses, or what it keeps is damaged.
            InvalidArgument: the name cannot be used.
        """
        return await read_view(self._for_limiters, self._place, checked_account(account), limits or Limits())

    async def processes(self, account: str) -> Sequence[ProcessView]:
        """The processes of an account that were seen in the last 30 seconds; raises what ``view`` raises."""
        seen = await self.view(account)
        return seen.processes if seen is not None else ()

    async def accounts(self) -> Sequence[str]:
        """The names of the accounts that Redis keeps limits of, at most 100; raises what ``view`` raises.

        All keys of the database are looked at, a thousand in a request; on one server, not on a cluster.
        """
        return await search_accounts(self._for_limiters, self._place)

    def _limiter(self, account: str, limits: Limits) -> RedisLimiter:
        if (account, limits) not in self._limiters:
            self._limiters[account, limits] = RedisLimiter(
                self._for_limiters, account=account, limits=limits, outage=self._outage
            )
        return self._limiters[account, limits]
