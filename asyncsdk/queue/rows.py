"""The rows that a queue holds: one for each address, those that wait and those that are on their way."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from typing import TypeAlias

from attrs import define, field

from asyncsdk.bulk.address import key_of
from asyncsdk.clear import Clear
from asyncsdk.queue.outcome import PutOutcome

__all__ = ["Backlog", "Cells", "Entry"]

Cells: TypeAlias = dict[str, str | Clear]
"""What a row writes, by the list's headings."""


@define(eq=False)
class Entry:
    """One address, and all that was put for it since it was last sent."""

    email: str = field(repr=False)
    cells: Cells = field(repr=False)
    since: float
    """When its first row was put, by the loop's clock."""

    numbers: list[int] = field(factory=list[int])
    """Its rows in the journal."""

    waiters: list[asyncio.Future[PutOutcome]] = field(factory=list[asyncio.Future[PutOutcome]], repr=False)
    attempts: int = 0
    """How often it was sent and not saved."""

    @property
    def key(self) -> str:
        """What makes two spellings one address."""
        return key_of(self.email)

    def fold(self, newer: Entry) -> None:
        """Take in what was put later: of each column the last value counts."""
        self.email = newer.email
        self.cells.update(newer.cells)
        self.numbers += newer.numbers
        self.waiters += newer.waiters

    def tell(self, outcome: PutOutcome | Exception) -> bool:
        """Tell whoever waits; gives whether somebody does."""
        waiting = [waiter for waiter in self.waiters if not waiter.done()]
        self.waiters = []
        for waiter in waiting:
            if isinstance(outcome, PutOutcome):
                waiter.set_result(outcome)
            else:
                waiter.set_exception(outcome)
                waiter.exception()  # a put that is cancelled in this moment will not ask for it
        return bool(waiting)


class Backlog:
    """All entries.

    Args:
        capacity: how many entries there may be before a put has to wait.
        check: called whenever somebody stands in line, or is about to; raises what ends the wait.
    """

    def __init__(self, capacity: int, check: Callable[[], None]) -> None:
        self._capacity = capacity
        self._check = check
        self._line: deque[asyncio.Future[None]] = deque()
        self.waiting: dict[str, Entry] = {}
        """Entries to be sent, the oldest first."""

        self.in_flight: dict[str, Entry] = {}
        self.reserved = 0
        """Rows that have room and are being written into the journal."""

        self._promised = 0

        self.tally: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self.waiting) + len(self.in_flight)

    async def room(self, key: str) -> None:
        """Wait until an entry for this address has room, first come first served.

        Raises:
            ActOnError: there is no point in waiting.
        """
        self._check()
        if key in self.waiting or (not self._line and self._free() > 0):
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await turn
        except BaseException:
            if turn.cancelled():
                self._line.remove(turn)
            else:
                self._promised -= 1
                self.wake()  # the room that was given to it in the same moment goes to the next
            raise
        self._promised -= 1
        self._check()

    def _free(self) -> int:
        return self._capacity - len(self) - self.reserved - self._promised

    def wake(self) -> None:
        """Let as many go on as there is room for."""
        self._let_go(self._free())

    def wake_all(self) -> None:
        """Let all go on, to find out that they cannot."""
        self._let_go(len(self._line))

    def _let_go(self, number: int) -> None:
        for turn in [turn for turn in self._line if not turn.done()][: max(0, number)]:
            self._line.remove(turn)
            self._promised += 1
            turn.set_result(None)

    def add(self, entry: Entry) -> None:
        """Take a row in."""
        present = self.waiting.get(entry.key)
        if present is None:
            self.waiting[entry.key] = entry
        else:
            present.fold(entry)
            self.tally["coalesced"] += 1
            self.wake()

    def resume(self, entry: Entry) -> bool:
        """Take in a row that is on its way already; gives whether it is the first with its address."""
        present = self.in_flight.setdefault(entry.key, entry)
        if present is entry:
            return True
        present.fold(entry)
        self.tally["coalesced"] += 1
        return False

    def take(self) -> list[Entry]:
        """Everything that waits; it is on its way from now on."""
        taken, self.waiting = self.waiting, {}
        self.in_flight.update(taken)
        return list(taken.values())

    def ended(self, entry: Entry, fate: str) -> None:
        """An entry is done with."""
        del self.in_flight[entry.key]
        self.tally[fate] += 1
        self.wake()

    def give_back(self, entries: Iterable[Entry]) -> None:
        """Let entries wait again that are not done with; what was put meanwhile is newer than they are."""
        back = {entry.key: entry for entry in entries if self.in_flight.get(entry.key) is entry}
        for key, entry in back.items():
            del self.in_flight[key]
            newer = self.waiting.pop(key, None)
            if newer is not None:
                entry.fold(newer)
                self.tally["coalesced"] += 1
        self.waiting = {**back, **self.waiting}
        self.wake()

    def tell_all(self, error: Exception) -> None:
        """Tell everybody who waits for an outcome that there will be none."""
        for entry in (*self.in_flight.values(), *self.waiting.values()):
            entry.tell(error)
