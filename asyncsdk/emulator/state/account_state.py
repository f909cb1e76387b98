"""Account state: everything that handlers work with."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.faults import Faults
from asyncsdk.emulator.settings import Settings
from asyncsdk.emulator.state.database import Database
from asyncsdk.emulator.state.events import EventRepository
from asyncsdk.emulator.state.jobs import Jobs
from asyncsdk.emulator.state.list_records import RecordRepository
from asyncsdk.emulator.state.lists import ListRepository
from asyncsdk.emulator.state.rate_limits import RateLimits
from asyncsdk.emulator.state.rejected_rows import RejectedRows
from asyncsdk.emulator.state.subscriptions import SubscriptionRepository
from asyncsdk.emulator.state.suppressions import SuppressionRepository
from asyncsdk.emulator.state.tokens import TokenIssuer
from asyncsdk.emulator.state.users import UserRepository

__all__ = ["AccountState", "Repository"]

R = TypeVar("R", bound="Repository")


class Repository:
    """Base of repositories: the state of one kind of item, with its own tables; it is made outside of batches."""

    SCHEMA: ClassVar[str] = ""
    """The tables, as SQL that may be run again."""

    def __init__(self, platform: AccountState) -> None:
        self.platform = platform
        self.store: Database = platform.store
        if self.SCHEMA:
            self.store.define(self.SCHEMA)


class AccountState:
    """The account's state and the rules that govern it, for handlers."""

    users: UserRepository
    rate_limits: RateLimits
    tokens: TokenIssuer
    jobs: Jobs
    lists: ListRepository
    records: RecordRepository
    rejected_rows: RejectedRows
    suppressions: SuppressionRepository
    subscriptions: SubscriptionRepository
    events: EventRepository

    def __init__(self, store: Database, settings: Settings, clock: Clock, faults: Faults) -> None:
        self.store = store
        self.settings = settings
        self.clock = clock
        self.faults = faults
        self.interruption: asyncio.Event = asyncio.Event()
        """Set when the server stops, and for a moment when the account is reset: no call hangs beyond it."""

        self._resets = 0
        self._make_parts()

    def _make_parts(self) -> None:
        store, settings, clock = self.store, self.settings, self.clock
        self.rate_limits = RateLimits(settings)
        self.users = UserRepository(store, settings)
        self.tokens = TokenIssuer(store, settings, clock, self.rate_limits, self.users)
        self.jobs = Jobs(store, settings, clock)
        self.lists = ListRepository(store, clock, self.jobs)
        self.records = RecordRepository(store, clock)
        self.rejected_rows = RejectedRows(store)
        self.suppressions = SuppressionRepository(store, clock)
        self.subscriptions = SubscriptionRepository(store, clock)
        self.events = EventRepository(store)
        self._repositories: dict[type[Any], Any] = {}

    async def reset(self, *, tokens: bool = False) -> None:
        """Forget everything, as if the account were new; the work of jobs is cancelled first, and awaited.

        Args:
            tokens: whether to forget tokens as well; otherwise those of the settings' user stay.
        """
        self.interruption.set()
        self.interruption.clear()
        await self.jobs.stop()
        # Nothing is awaited from here on, so that no call sees a part of it.
        self._resets += 1
        self.store.clear(() if tokens else (TokenIssuer.TABLE,))
        self._make_parts()
        self.tokens.forget_strangers()

    def until_reset(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """A body that breaks off when the account is reset: what follows would be another account's."""
        return self._checked(chunks, self._resets)

    async def _checked(self, chunks: AsyncIterator[bytes], resets: int) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self._check_not_reset(resets)
            yield chunk
        self._check_not_reset(resets)

    def _check_not_reset(self, resets: int) -> None:
        if resets != self._resets:
            raise ConnectionAbortedError("The account was reset.")

    def repository(self, kind: type[R]) -> R:
        """The one repository of its kind, such as all images; made when it is first asked for."""
        if kind not in self._repositories:
            self._repositories[kind] = kind(self)
        found: R = self._repositories[kind]
        return found

    def category(self, name: str) -> Mapping[str, str] | None:
        """A subscription category by its name."""
        return next((each for each in self.settings.categories if each["name"] == name), None)

    def date_text(self, milliseconds: int, pattern: str) -> str:
        """A time in the time zone of the account."""
        try:
            zone = ZoneInfo(self.settings.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime(pattern)
        return datetime.fromtimestamp(milliseconds / 1000, zone).strftime(pattern)

    def rejects_name(self, kind: str) -> str:
        """A new name for a file of rejected rows, alike to the one that is documented."""
        number = uuid.uuid4().int % 10**18
        return f"bad_{kind}_records_{self.settings.account_id}_{number}.dat_bad.csv"
