"""What a list holds in the course of a run, next to what ``put`` had returned for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Final, TypeAlias

from attrs import Factory, define

from asyncsdk.emulator import Emulator
from benchmarks.work_processes import Told
from benchmarks.work_queue_worker import LIST, address, is_repeated

__all__ = ["SeenList"]

SAMPLE: Final = 1.0
"""Seconds between two looks at the list."""

Values: TypeAlias = dict[str, int]
"""The number that was put last, by address."""


@define
class SeenList:
    """The list of a run; each address holds the number of a put, and numbers only grow."""

    server: Emulator
    wanted: Values = Factory(dict)
    """The newest number for which ``put`` has returned."""

    newest: Values = Factory(dict)
    """The newest number that was ever seen in the list."""

    held: Values = Factory(dict)
    """What the list held at the last look."""

    older: set[str] = Factory(set)
    """The addresses at which an older number was seen after a newer one."""

    def note(self, told: Told) -> None:
        """Note a put that has returned."""
        if told.what == "put":
            name, number, _ = told.value
            email = address(name, number)
            self.wanted[email] = max(number, self.wanted.get(email, 0))

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            self.look()
            await asyncio.sleep(SAMPLE)

    def look(self) -> None:
        """See what the list holds now."""
        self.held = {row[0]: int(row[2] or 0) for row in self.server.rows(LIST)}
        for email, number in self.held.items():
            if number < self.newest.get(email, 0):
                self.older.add(email)
            self.newest[email] = max(number, self.newest.get(email, 0))

    @property
    def lost(self) -> list[str]:
        """The addresses whose newest number never came to the list."""
        return _behind(self.newest, self.wanted)

    @property
    def repeated(self) -> int:
        """How many of the addresses were put more than once."""
        return sum(map(is_repeated, self.wanted))

    async def settle(self, patience: float) -> None:
        """Wait until the list holds all that was put, and what is on its way then has ended, too.

        Args:
            patience: seconds after which what is missing is lost.
        """
        deadline = time.monotonic() + patience
        self.look()
        while _behind(self.held, self.wanted) and time.monotonic() < deadline:
            await asyncio.sleep(SAMPLE)
            self.look()
        await asyncio.sleep(3 * SAMPLE)
        self.look()


def _behind(held: Mapping[str, int], wanted: Mapping[str, int]) -> list[str]:
    return [email for email, number in wanted.items() if held.get(email, -1) < number]
