"""Backlog: the rows that a queue holds, and the place of each.

::

    put -> waiting -> in flight -> completed        the way of most rows
    put -> blocked -> waiting                       an older value of the address is on its way, or may be
           in flight -> waiting                     it was surely not saved: newer values are merged into it

An address is never in two batches. A row that is put for an address in flight is *blocked* until that batch has
ended, and longer if a copy whose answer was lost may still arrive: the address is *held* then.
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
    """The entries of a queue by address."""

    def __init__(self) -> None:
        self.waiting: dict[str, Entry] = {}
        """Entries that may be sent, the oldest first."""

        self.blocked: dict[str, Entry] = {}
        """Entries that wait because their address is in flight, or held."""

        self.in_flight: dict[str, Entry] = {}
        self._held: dict[str, float] = {}
        """The held addresses, and until when, by the time of day."""

        self._holds: list[tuple[float, list[str]]] = []
        """The same holds, sorted by their end: all addresses of a batch at once."""

        self._completed: list[str] = []
        self.counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self.waiting) + len(self.blocked) + len(self.in_flight)

    def __iter__(self) -> Iterator[Entry]:
        yield from self.in_flight.values()
        yield from self.waiting.values()
        yield from self.blocked.values()

    def coalesces(self, key: str) -> bool:
        """Whether a row with this address becomes part of one that is there."""
        return key in self.waiting or key in self.blocked

    def add(self, entry: Entry) -> Entry:
        """Add a row; gives the entry that it is part of now."""
        key = entry.key
        present = self.waiting.get(key) or self.blocked.get(key)
        if present is not None:
            present.merge(entry)
            self.counts["coalesced"] += 1
            return present
        if key in self.in_flight:
            return self._add_blocked(entry)
        if key in self._held:
            self.blocked[key] = entry
        else:
            self.waiting[key] = entry
        return entry

    def _add_blocked(self, entry: Entry) -> Entry:
        """Block an entry behind the one in flight, unless that one has newer values for all its columns."""
        sent = self.in_flight[entry.key]
        if entry.subtract(sent):
            self.blocked[entry.key] = entry
            return entry
        sent.absorb(entry)
        self.counts["coalesced"] += 1
        return sent

    def resume(self, entry: Entry) -> bool:
        """Add a row that was sent before; false, and nothing is added, if its address is in flight."""
        key = entry.key
        if key in self.in_flight:
            return False
        self.in_flight[key] = entry
        waits = self.waiting.pop(key, None) or self.blocked.pop(key, None)
        if waits is not None:
            self._add_blocked(waits)
        return True

    def add_unresolved(self, entry: Entry, until: float) -> None:
        """Add a row that may still arrive, while another row for its address is in flight.

        It is not known which of them arrives last: the values of both are sent again when both must have arrived.
        """
        sent = self.in_flight[entry.key]
        again = Entry(sent.email, dict(sent.cells), sent.since, sent.put_at, dict(sent.times))
        again.merge(entry)
        waits = self.blocked.setdefault(entry.key, again)
        if waits is not again:
            again.merge(waits)
            self.blocked[entry.key] = again
            self.counts["coalesced"] += 1
        self.hold([entry.key], until)

    def sort(self) -> None:
        """Sort the waiting entries by age, the oldest first."""
        self._put_in_order({})

    def take(self, most: int | None) -> list[Entry]:
        """Take the oldest entries that may be sent, or all; they are in flight from now on."""
        taken = dict(islice(self.waiting.items(), most))
        if len(taken) == len(self.waiting):
            self.waiting = {}
        else:
            for key in taken:
                del self.waiting[key]
        self.in_flight.update(taken)
        return list(taken.values())

    def complete(self, entry: Entry, fate: str) -> None:
        """Remove an entry that has its outcome; ``release`` must follow."""
        key = entry.key
        del self.in_flight[key]
        self._completed.append(key)
        self.counts[fate] += 1

    def release(self, until: float = -inf) -> list[str]:
        """Unblock what waits behind completed entries, or hold their addresses until then; gives the held ones."""
        keys, self._completed = self._completed, []
        if until <= clock.wall():
            self._unblock(keys)
            return []
        self.hold(keys, until)
        return keys

    def requeue(self, entries: Iterable[Entry], until: float = -inf) -> list[str]:
        """Let entries wait again, merged with newer rows; gives the addresses that are held until then."""
        back: dict[str, Entry] = {}
        for entry in entries:
            key = entry.key
            if self.in_flight.get(key) is entry:
                del self.in_flight[key]
                newer = self.blocked.pop(key, None)
                if newer is not None:
                    entry.merge(newer)
                    self.counts["coalesced"] += 1
                back[key] = entry
        if until <= clock.wall():
            self._put_in_order(back)
            return []
        self.blocked.update(back)
        self.hold(list(back), until)
        return list(back)

    def hold(self, keys: list[str], until: float) -> None:
        """Hold addresses: nothing is sent for them until then."""
        for key in keys:
            self._held[key] = max(until, self._held.get(key, -inf))
            if (waits := self.waiting.pop(key, None)) is not None:
                self.blocked[key] = waits
            if (blocked := self.blocked.get(key)) is not None:
                blocked.release_marks()
        if keys:
            self._holds.append((until, keys))

    def release_expired_holds(self) -> None:
        """Unblock the addresses whose hold has ended."""
        now = clock.wall()
        latest = now + HOLD
        if any(until > latest for until, _ in self._holds):  # the clock was set back: nothing is held for longer
            self._holds = [(min(until, latest), keys) for until, keys in self._holds]
            self._held = {key: min(until, latest) for key, until in self._held.items()}
        over = [keys for until, keys in self._holds if until <= now]
        if over:
            self._holds = [hold for hold in self._holds if hold[0] > now]
            ended = dict.fromkeys(key for keys in over for key in keys)  # a row may be in two batches
            free = [key for key in ended if self._held.get(key, inf) <= now]
            for key in free:
                del self._held[key]
            self._unblock([key for key in free if key not in self.in_flight])

    def seconds_until_release(self) -> float:
        """Seconds until the next hold ends; infinity if there is none."""
        return min((until for until, _ in self._holds), default=inf) - clock.wall()

    def _unblock(self, keys: Iterable[str]) -> None:
        free = {key: self.blocked.pop(key) for key in keys if key in self.blocked and key not in self._held}
        if free:
            self._put_in_order(free)

    def _put_in_order(self, entries: dict[str, Entry]) -> None:
        both = {**entries, **self.waiting}
        self.waiting = dict(sorted(both.items(), key=lambda item: item[1].since))

    def mark(self) -> FlushMark | None:
        """A mark on all entries that may be sent or are in flight; None if there are none."""
        entries = [*self.in_flight.values(), *self.waiting.values()]
        entries += [entry for key, entry in self.blocked.items() if key not in self._held]
        if not entries:
            return None
        mark = FlushMark(len(entries))
        for entry in entries:
            entry.marks.append(mark)
        return mark

    def release_marks(self) -> None:
        """End the waits of all flushes."""
        for entry in self:
            entry.release_marks()

    def notify_all(self, error: Exception) -> None:
        """Raise this error wherever somebody waits for an outcome."""
        for entry in self:
            entry.notify(error)
