"""A run with a vault: what it keeps there, when, and what it does when it cannot."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from asyncsdk import RunInUse, VaultJournal
from tests.support.leads import LIST, leads, people, writes
from tests.support.virtual_time import virtual_time


class MemoryVault:
    """Vault of one run in this process, with faults."""

    def __init__(self) -> None:
        self.copy: bytes | None = None
        self.holder: object = None
        self.keeps = 0
        self.fails: Exception | None = None

    def journal(self, **options: Any) -> VaultJournal:
        """A journal as another process has it."""
        return VaultJournal(_Taker(self), "import-1", **options)


class _Taker:
    def __init__(self, vault: MemoryVault) -> None:
        self._vault = vault

    async def take(self) -> bytes | None:
        if self._vault.holder is not None:
            raise RunInUse
        self._vault.holder = self
        return self._vault.copy

    async def keep(self, copy: bytes) -> None:
        await asyncio.sleep(0)
        if self._vault.fails is not None:
            raise self._vault.fails
        if self._vault.holder is not self:
            raise RunInUse
        self._vault.copy = copy
        self._vault.keeps += 1

    async def give_back(self) -> None:
        if self._vault.holder is self:
            self._vault.holder = None


@pytest.mark.parametrize("via", ["records", "upload"])
@virtual_time
async def test_a_finished_run_sends_nothing_on_another_machine(via: Any) -> None:
    """The copy in the vault is enough: the next process gives the same report, and says that it went on."""
    vault = MemoryVault()
    async with leads() as (server, acton):
        rows = [*people(20), {"email": "nobody"}]
        first = await acton.bulk.upsert(LIST, rows, via=via, journal=vault.journal())
        sent = writes(server)
        again = await acton.bulk.upsert(LIST, rows, via=via, journal=vault.journal())
        assert writes(server) == sent
        assert (first.created, again.created, again.rejected) == (20, 20, 1)
        assert (first.resumed, again.resumed, vault.holder) == (False, True, None)
