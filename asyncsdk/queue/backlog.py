"""The rows that a queue holds, and where each is.

::

    put -> waiting -> in flight -> ended            the way of most rows
    put -> behind  -> waiting                       an older value of the address is on its way, or may be
           in flight -> waiting                     it was surely not saved: what is newer is folded in

An address is never in two flights. What is put for one that is in flight stays *behind* until the flight has ended,
and longer if a copy of it whose answer was lost may still arrive: its address is *held* then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from math import inf

from asyncsdk import clock
from asyncsdk.queue.batch import HOLD
from asyncsdk.queue.entry import Entry, FlushMark

__all__ = ["Backlog"]


class Backlog:
    """All entries."""

    def __init__(self) -> None:
        self.waiting: dict[str, Entry] = {}
        """Entries that may be sent, the oldest first."""

        self.behind: dict[str, Entry] = {}
        self.in_flight: dict[str, Entry] = {}
        self._held: dict[str, float] = {}
        """Until when, by the time of day."""

        self._holds: list[tuple[float, list[str]]] = []
        """The same, by the end, for all addresses of a flight at once."""

        self._landed: list[str] = []
        self.tally: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self.waiting) + len(self.behind) + len(self.in_flight)

    def __iter__(self) -> Iterator[Entry]:
        yield from self.in_flight.values()
        yield from self.waiting.values()
        yield from self.behind.values()

    def takes_in(self, key: str) -> bool:
        """Whether a row with this address takes no room of its own."""
        return key in self.waiting or key in self.behind

    def add(self, entry: Entry) -> Entry:
        """Take a row in; gives the entry that it is part of now."""
        key = entry.key
        present = self.waiting.get(key) or self.behind.get(key)
        if present is not None:
            present.fold(entry)
            self.tally["coalesced"] += 1
            return present
        if key in self.in_flight:
            return self._put_behind(entry)
        if key in self._held:
            self.behind[key] = entry
        else:
            self.waiting[key] = entry
        return entry

    def _put_behind(self, entry: Entry) -> Entry:
        """An entry waits for the one in flight, unless that says all of it in newer words."""
        flying = self.in_flight[entry.key]
        if entry.yield_to(flying):
            self.behind[entry.key] = entry
            return entry
        flying.join(entry)
        self.tally["coalesced"] += 1
        return flying

    def resume(self, entry: Entry) -> bool:
        """Take in a row that is on its way already; false, and nothing else, if its address is in flight."""
        key = entry.key
        if key in self.in_flight:
            return False
        self.in_flight[key] = entry
        waits = self.waiting.pop(key, None) or self.behind.pop(key, None)
        if waits is not None:
            self._put_behind(waits)
        return True

    def add_again(self, entry: Entry, until: float) -> None:
        """Take in a row of which a copy is on its way, as is another row for its address.

        Nobody knows which of them arrives last: what both say is sent again when both must have arrived.
        """
        flying = self.in_flight[entry.key]
        again = Entry(flying.email, dict(flying.cells), flying.since, flying.put_at, dict(flying.times))
        again.fold(entry)
        waits = self.behind.setdefault(entry.key, again)
        if waits is not again:
            again.fold(waits)
            self.behind[entry.key] = again
            self.tally["coalesced"] += 1
        self.hold([entry.key], until)

    def sort(self) -> None:
        """Put the oldest first again."""
        self._wait_again({})

    def take(self, most: int | None) -> list[Entry]:
        """The oldest that may be sent, or all; they are in flight from now on."""
        taken = dict(islice(self.waiting.items(), most))
        if len(taken) == len(self.waiting):
            self.waiting = {}
        else:
            for key in taken:
                del self.waiting[key]
        self.in_flight.update(taken)
        return list(taken.values())

    def ended(self, entry: Entry, fate: str) -> None:
        """An entry is done with; ``release`` follows."""
        key = entry.key
        del self.in_flight[key]
        self._landed.append(key)
        self.tally[fate] += 1

    def release(self, until: float = -inf) -> list[str]:
        """Let what is behind entries that have ended go on, or hold it until then; gives what is held."""
        keys, self._landed = self._landed, []
        if until <= clock.wall():
            self._let_go(keys)
            return []
        self.hold(keys, until)
        return keys

    def give_back(self, entries: Iterable[Entry], until: float = -inf) -> list[str]:
        """Let entries wait again, with what was put meanwhile folded in; gives what is held until then."""
        back: dict[str, Entry] = {}
        for entry in entries:
            key = entry.key
            if self.in_flight.get(key) is entry:
                del self.in_flight[key]
                newer = self.behind.pop(key, None)
                if newer is not None:
                    entry.fold(newer)
                    self.tally["coalesced"] += 1
                back[key] = entry
        if until <= clock.wall():
            self._wait_again(back)
            return []
        self.behind.update(back)
        self.hold(list(back), until)
        return list(back)

    def hold(self, keys: list[str], until: float) -> None:
        """Send nothing for these addresses until then."""
        for key in keys:
            self._held[key] = max(until, self._held.get(key, -inf))
            if (waits := self.waiting.pop(key, None)) is not None:
                self.behind[key] = waits
            if (behind := self.behind.get(key)) is not None:
                behind.release_marks()
        if keys:
            self._holds.append((until, keys))

    def let_go_of_the_held(self) -> None:
        """Let those go on whose time has come."""
        now = clock.wall()
        if any(
            until > now + HOLD for until, _ in self._holds
        ):  # the clock was set back: nothing is held for longer
            self._holds = [(min(until, now + HOLD), keys) for until, keys in self._holds]
            self._held = {key: min(until, now + HOLD) for key, until in self._held.items()}
        over = [keys for until, keys in self._holds if until <= now]
        if over:
            self._holds = [hold for hold in self._holds if hold[0] > now]
            ended = dict.fromkeys(key for keys in over for key in keys)  # it may be in two
            free = [key for key in ended if self._held.get(key, inf) <= now]
            for key in free:
                del self._held[key]
            self._let_go([key for key in free if key not in self.in_flight])

    def seconds_held(self) -> float:
        """Seconds until something that is held may go on; infinity if nothing is."""
        return min((until for until, _ in self._holds), default=inf) - clock.wall()

    def _let_go(self, keys: Iterable[str]) -> None:
        free = {key: self.behind.pop(key) for key in keys if key in self.behind and key not in self._held}
        if free:
            self._wait_again(free)

    def _wait_again(self, entries: dict[str, Entry]) -> None:
        both = {**entries, **self.waiting}
        self.waiting = dict(sorted(both.items(), key=lambda item: item[1].since))

    def mark(self) -> FlushMark | None:
        """Somebody waits for all that may be sent, and for what is in flight; None if nothing is."""
        entries = [*self.in_flight.values(), *self.waiting.values()]
        entries += [entry for key, entry in self.behind.items() if key not in self._held]
        if not entries:
            return None
        mark = FlushMark(len(entries))
        for entry in entries:
            entry.marks.append(mark)
        return mark

    def release_marks(self) -> None:
        """Whoever waits until all are told of waits no more."""
        for entry in self:
            entry.release_marks()

    def tell_all(self, error: Exception) -> None:
        """Tell everybody who waits for an outcome that there will be none."""
        for entry in self:
            entry.tell(error)
