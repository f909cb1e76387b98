"""Vault: keeps a copy of a run's journal where another machine can take the run up.

A run takes the copy before anything else, keeps a new one after each change that matters, and goes on only when the
vault has it. While it does nothing that changes the journal, it keeps the copy again and again, so that a vault can
tell a run that is dead from one that waits.
"""

from __future__ import annotations

import asyncio
from typing import Final, Protocol, cast

from attrs import field, frozen

from asyncsdk.errors import ActOnError, InvalidArgument
from asyncsdk.validators import number

__all__ = ["LEASE_SECONDS", "JournalVault", "RunInUse", "VaultJournal"]

LEASE_SECONDS: Final = 30.0
"""Seconds for which a run is somebody's who has taken it, or kept a copy of it."""


class RunInUse(ActOnError):
    """Another process works at this run, so that this one sends nothing, or nothing more."""


class JournalVault(Protocol):
    """Vault of one run: three methods, over anything that can write under a condition.

    All that a method raises, but for ``ActOnError``, becomes ``StoreFailed``.
    """

    async def take(self) -> bytes | None:
        """Take the run, and give the copy of its journal; None: nobody has begun it.

        If it fails in another way than by ``RunInUse``, or is cancelled, ``give_back`` is called.

        Raises:
            RunInUse: somebody else has it, who took it or kept a copy within the time of the lease.
        """
        ...

    async def keep(self, copy: bytes) -> None:
        """Keep a copy in place of the one before; when this returns, whoever takes the run next is given it.

        It is called after each change, and at least in each third of the lease. One call ends before the next.

        Raises:
            RunInUse: another process has taken the run since; the copy is not kept.
        """
        ...

    async def give_back(self) -> None:
        """Let anybody take the run at once; nothing happens where another process has it."""
        ...


@frozen
class VaultJournal:
    """Journal of a run that moves: ``journal=VaultJournal(vault, "import-1")``; one object for one run."""

    vault: JournalVault = field(repr=False)
    """Where the copies are kept."""

    name: str
    """What the run is called in messages."""

    lease_seconds: float = field(default=LEASE_SECONDS, kw_only=True, validator=number(above=0))
    """Seconds for which the vault lets nobody else have the run after it was taken, or a copy was kept."""

    one_run: asyncio.Lock = field(factory=asyncio.Lock, init=False, eq=False, repr=False)
    """Held by the run of this process that has it."""

    def __attrs_post_init__(self) -> None:
        methods = (getattr(cast("object", self.vault), name, None) for name in ("take", "keep", "give_back"))
        if not all(callable(method) for method in methods):
            raise InvalidArgument("A vault has the methods take, keep and give_back: see JournalVault.")
        name = cast("object", self.name)
        if not isinstance(name, str) or not name:
            raise InvalidArgument("The name of a run is a text, such as 'import-1'.")

    def __str__(self) -> str:
        return self.name
