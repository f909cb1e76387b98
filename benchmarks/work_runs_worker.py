"""A bulk run with its journal in a vault, whose process dies or stands still at one write of the journal."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import define

from asyncsdk import Limits, PollPolicy, Session
from asyncsdk.bulk import JournalVault, RunInUse, VaultJournal
from asyncsdk.bulk.execution import reconcile
from benchmarks.work_tell import Tell
from tests.bulk.dying import POINTS

__all__ = ["LIST", "ROWS", "address", "bulk_run"]

LIST: Final = "l-0001"

ROWS: Final = 6_000

AGAIN: Final = 0.3
"""Seconds between two tries to take up a run."""


@define
class HarmedVault:
    """A vault whose process is killed or stopped right before or after it keeps a certain copy.

    Attributes:
        vault: the vault itself.
        harm: the signal; 0: none.
        number: the copy, counted from 1.
        after: whether that is when the copy is kept.
    """

    vault: JournalVault
    harm: int
    number: int
    after: bool
    kept: int = 0

    async def take(self) -> bytes | None:
        """As the vault does."""
        return await self.vault.take()

    async def keep(self, copy: bytes) -> None:
        """Keep a copy, and do the harm."""
        self.kept += 1
        if not self.after:
            self._do_harm()
        await self.vault.keep(copy)
        if self.after:
            self._do_harm()

    async def give_back(self) -> None:
        """As the vault does."""
        await self.vault.give_back()

    def _do_harm(self) -> None:
        if self.harm and self.kept == self.number:
            os.kill(os.getpid(), self.harm)


def address(number: int) -> str:
    """The address of a row."""
    return f"lead{number:05d}@example.com"


def rows() -> Iterator[dict[str, str]]:
    """The input, which is made anew on each machine."""
    return ({"Email": address(number), "First Name": "Ada", "Score": str(number)} for number in range(ROWS))


async def bulk_run(settings: Mapping[str, Any], tell: Tell) -> None:
    """Make the run, or take it up as soon as nobody else has it.

    Args:
        settings: ``url``, ``token``, ``redis_url``, ``run`` (its name), ``folder`` (of this machine),
            ``upload_bytes`` (of a file), and what ends it: ``point`` of the journal, or ``harm`` as in
            ``HarmedVault``.
        tell: told of the ``report``, of how many copies were ``kept``, or that the run was ``taken`` by another.
    """
    from asyncsdk.fleet import Fleet

    os.chdir(settings["folder"])
    reconcile.FIRST_PAUSE, reconcile.PATIENCE, reconcile.LONG = 0.2, 1.0, 0.0  # type: ignore[misc]
    if point := settings.get("point"):
        POINTS[point]()
    limits = Limits(calls_per_second=60, upload_bytes=settings["upload_bytes"])
    polling = PollPolicy(min_gap=0.05, price=0.05)
    async with (
        Fleet.from_url(settings["redis_url"]) as fleet,
        Session(token=settings["token"], base_url=settings["url"], limits=limits, polling=polling) as acton,
    ):
        while True:
            kept = fleet.run_journal(settings["run"])
            harm = settings.get("harm", [0, 0, False])
            vault = HarmedVault(kept.vault, *harm)
            journal = VaultJournal(vault, kept.name, lease_seconds=kept.lease_seconds)
            try:
                report = await acton.bulk.upsert(LIST, rows(), via="upload", journal=journal)
            except RunInUse:
                if vault.kept:  # it was this process's own
                    tell("taken", vault.kept)
                    return
                tell("in use")
                await asyncio.sleep(AGAIN)
                continue
            tell("kept", vault.kept)
            tell("report", {name: getattr(report, name) for name in ("created", "updated", "failed", "unknown")})
            return
