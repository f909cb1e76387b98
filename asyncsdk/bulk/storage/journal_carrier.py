"""Journal carrier: brings copies of a run's journal to its vault, and stops the run when another process has it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeVar

from asyncsdk import clock
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.bulk.storage.journal_copy import database_of
from asyncsdk.bulk.storage.vault import RunInUse, VaultJournal
from asyncsdk.errors import ActOnError, StoreFailed
from asyncsdk.shared_task import result_of

__all__ = ["JournalCarrier", "VaultCarrier"]

T = TypeVar("T")

_log = logging.getLogger("asyncsdk")

SOON: Final = 1.0
"""Seconds between two copies that nobody waits for."""

SURE: Final = 0.8
"""The part of the lease in which nobody else can have the run: clocks differ a little in their pace."""

TRIES: Final = 3
"""How often a copy is kept again that took longer than the lease to keep."""

LEAVING_SECONDS: Final = 3.0
"""Seconds that a run spends at its end on what the vault does not have yet, and on giving the run back."""


class JournalCarrier:
    """Carrier of a journal that stays where it is, so that there is nothing to do."""

    async def carry(self) -> None:
        """Bring a copy to the vault; when this returns the vault has it, and nobody else has the run.

        Raises:
            RunInUse: another process has the run.
            ActOnError: the vault cannot be used.
        """

    def carry_soon(self) -> None:
        """Note a change that may be lost, as to repeat it does no harm: it is carried within a second."""

    async def ensure_held(self) -> None:
        """Make sure that nobody else has the run now; raises what ``carry`` raises."""


class VaultCarrier(JournalCarrier):
    """Carrier of one run's journal.

    Args:
        kept: the vault, and what the run is called.
    """

    def __init__(self, kept: VaultJournal) -> None:
        self._vault = kept.vault
        self._one_run = kept.one_run
        self._name = kept.name
        self._lease = kept.lease_seconds
        self._loop = asyncio.get_running_loop()
        self._one_at_a_time = asyncio.Lock()
        self._journal: Journal | None = None
        self._carries: set[asyncio.Task[None]] = set()
        self._held_since = clock.awake_or_asleep()
        self._changed = False
        self._lost = False
        """Another process has the run."""

        self._run: asyncio.Task[object] | None = None
        """The task that works at the run; None before and after that."""

        self._stopped = False
        """The run was cancelled here, because it is lost."""

        self._over = False
        """Nothing is carried any more."""

        self._troubled = False

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[Journal]:
        """Have the run, and its journal, as far as it has come.

        Raises:
            RunInUse: another process has the run, or has taken it meanwhile.
            StoreFailed: the vault cannot be used, or what it holds is no journal.
        """
        if self._one_run.locked():
            raise self._in_use()
        async with self._one_run, self._taken_up() as journal:
            yield journal

    @asynccontextmanager
    async def _taken_up(self) -> AsyncGenerator[Journal]:
        task = asyncio.current_task()
        cancels = task.cancelling() if task is not None else 0
        beat: asyncio.Task[None] | None = None
        try:
            journal = self._journal = await self._take()
            self._run = task
            beat = self._loop.create_task(self._beat(), name="asyncsdk run")
            yield journal
        except asyncio.CancelledError:
            if self._stopped and task is not None and task.uncancel() <= cancels:
                raise self._taken_away() from None
            raise
        finally:
            self._run = None
            if beat is not None:
                beat.cancel()
            # Also where the run is cancelled once more meanwhile.
            await result_of(self._begun(self._leave()))

    async def carry(self) -> None:
        """Bring a copy to the vault; when this returns the vault has it, and nobody else has the run."""
        # A copy that was cut off in the middle might arrive after the next one.
        await result_of(self._begun(self._carry()))

    def carry_soon(self) -> None:
        """Note a change that is carried within a second."""
        self._changed = True

    async def ensure_held(self) -> None:
        """Make sure that nobody else has the run now."""
        if self._lost or not self._is_held():
            await self.carry()

    async def _take(self) -> Journal:
        self._held_since = clock.awake_or_asleep()
        try:
            copy = await self._asked(self._vault.take())
        except RunInUse:
            self._over = True
            raise self._in_use() from None
        return Journal(self._name, database_of(copy, f"The journal {self._name}"))

    async def _carry(self) -> None:
        async with self._one_at_a_time:
            for _ in range(TRIES):
                await self._keep()
                if self._is_held():
                    return
        raise self._too_slow()

    async def _keep(self) -> None:
        """Keep one copy; what changes meanwhile is for the next one."""
        if self._lost or self._over or self._journal is None:
            raise self._taken_away()
        began, self._changed = clock.awake_or_asleep(), False
        try:
            await self._asked(self._vault.keep(self._journal.copy()))
        except RunInUse:
            self._lost = True
            raise self._taken_away() from None
        except BaseException:
            self._changed = True
            raise
        self._held_since, self._troubled = began, False

    async def _beat(self) -> None:
        """Carry what has changed, and stay the one who has the run; ends the run where another has it."""
        kept_at = self._loop.time()
        while not self._lost:
            await asyncio.sleep(min(SOON, self._lease / 6))
            if self._changed or self._loop.time() - kept_at >= self._lease / 6:
                await result_of(self._begun(self._keep_unasked()))
                kept_at = self._loop.time()

    async def _keep_unasked(self) -> None:
        """Keep a copy that the run does not wait for, and end the run if it is found out here that it is lost."""
        async with self._one_at_a_time:
            if self._lost or self._over:
                return
            try:
                await self._keep()
            except RunInUse:
                if self._run is not None:
                    self._stopped = True
                    self._run.cancel()
            except ActOnError as error:
                if not self._troubled:
                    self._troubled = True
                    _log.warning(
                        "The journal of the run %s is not in its vault now: %s",
                        self._name,
                        error,
                        extra={
                            "acton_event": "bulk_journal_not_kept",
                            "acton_run": self._name,
                            "acton_error": type(error).__name__,
                        },
                    )

    async def _leave(self) -> None:
        """Carry the last changes, and let others have the run; a vault that is away lets go of it by itself."""
        try:
            with suppress(ActOnError, TimeoutError):
                async with asyncio.timeout(LEAVING_SECONDS):
                    await self._last_copy()
                    if not self._over:
                        await self._asked(self._vault.give_back())
        finally:
            self._over = True
            for each in self._carries - {asyncio.current_task()}:
                each.cancel()
            if self._journal is not None:
                self._journal.close()

    async def _last_copy(self) -> None:
        async with self._one_at_a_time:
            self._over = self._over or self._lost
            if self._changed and not self._over:
                with suppress(ActOnError):
                    await self._keep()

    async def _asked(self, asking: Awaitable[T]) -> T:
        """What the vault says, or an error of this library."""
        try:
            return await asking
        except ActOnError:
            raise
        except Exception as error:
            raise StoreFailed(
                f"The vault of the run {self._name} cannot be used: {type(error).__name__}."
            ) from error

    def _begun(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """A task that goes on where the one that waits for it is cancelled."""
        task = self._loop.create_task(work, name="asyncsdk run")
        self._carries.add(task)
        task.add_done_callback(self._end)
        return task

    def _end(self, task: asyncio.Task[None]) -> None:
        self._carries.discard(task)
        if not task.cancelled():
            task.exception()  # it is told already, or nobody waits for it any more

    def _is_held(self) -> bool:
        return clock.awake_or_asleep() < self._held_since + SURE * self._lease

    def _in_use(self) -> RunInUse:
        return RunInUse(f"The run {self._name} is at work elsewhere. Nothing was sent.")

    def _taken_away(self) -> RunInUse:
        return RunInUse(
            f"Another process has taken up the run {self._name}, as this one stood still, or could not reach the"
            " vault, for too long. Nothing more is sent."
        )

    def _too_slow(self) -> StoreFailed:
        return StoreFailed(
            f"The vault of the run {self._name} takes longer to keep a copy than the {self._lease:g} s for which"
            " the run is held."
        )
