"""Fault injection: scripted errors, by call and by number of times.

::

    server.faults.add(Reply.throttled(retry_after=2))                    # the next call, whatever it is
    server.faults.add(Reply.unavailable(), on="contacts.upsert", times=3)
    server.faults.add(Cut("acted"), on="lists.merge")                    # done, but the answer is lost
    server.faults.add(Slow(1.5), Reply.gateway_page(), on="/api/1/list") # both on one call
    server.faults.add(Pass(), on="lists.upload_status", times=2)         # let two go by ...
    server.faults.add(Cut("midway"), on="lists.upload_status")           # ... and cut the third
    server.faults.add(StallJob(), on="lists.create")
    server.faults.add(RejectRows("ada@example.com"), on="lists.merge")   # one row of the next file

``on`` is a route's name (``token`` and ``authorize`` are names, too), a path, a path's template, any of these
with ``*`` in it, or ``any``; a name that no call has is an error. What is added first is used first; a call
uses up at most one entry for what happens to the call, one for what happens to the job that it submits, and one for
the rows that it uploads.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias, get_args

from attrs import define

from asyncsdk.emulator import validators
from asyncsdk.emulator.call_faults import CallFault, Cut, ExpireToken, Hang, Pass, Reply, Slow
from asyncsdk.emulator.call_names import check_pattern, concerns
from asyncsdk.emulator.job_faults import FailJob, JobFault, JobSays, LoseJob, SlowJob, StallJob
from asyncsdk.emulator.row_faults import RejectRows, RowFault

__all__ = [
    "CallFault",
    "Cut",
    "ExpireToken",
    "FailJob",
    "Fault",
    "FaultEntry",
    "Faults",
    "Hang",
    "JobFault",
    "JobSays",
    "LoseJob",
    "Pass",
    "RejectRows",
    "Reply",
    "RowFault",
    "Slow",
    "SlowJob",
    "StallJob",
]

Fault: TypeAlias = CallFault | JobFault | RowFault
"""Faults of any kind."""


@define
class FaultEntry:
    """One entry of the script: faults that happen together."""

    faults: tuple[Any, ...]
    on: str
    """A route's name, a path, a pattern of either, or ``any``."""

    left: int
    """On how many calls it is still to be used."""

    def concerns(self, names: Iterable[str]) -> bool:
        """Whether it is for a call with these names."""
        return concerns(self.on, names)


class Faults:
    """Script of faults, whose entries are used up in turn.

    Attributes:
        changes: how often it was changed: entries were added, used or cleared.
    """

    def __init__(self) -> None:
        self.changes: int = 0
        self._calls: list[FaultEntry] = []
        self._jobs: list[FaultEntry] = []
        self._rows: list[FaultEntry] = []

    def add(self, *faults: Fault, on: str = "any", times: int = 1) -> None:
        """Add an entry to the script: these faults happen together.

        Args:
            faults: what goes wrong.
            on: a route's name, a path, a pattern of either, or ``any``.
            times: on how many calls, from 1 on.

        Raises:
            InvalidArgument: there is no such fault, no call has such a name, or ``times`` is no such number.
        """
        check_pattern(on)
        validators.whole_number("times", times, 1)
        _check_kinds(faults)
        self.changes += 1
        for entries, kind in ((self._calls, CallFault), (self._jobs, JobFault), (self._rows, RowFault)):
            given = tuple(fault for fault in faults if isinstance(fault, kind))
            if given:
                entries.append(FaultEntry(given, on, times))

    def clear(self) -> None:
        """Remove every entry."""
        self.changes += 1
        self._calls.clear()
        self._jobs.clear()
        self._rows.clear()

    @property
    def entries(self) -> tuple[FaultEntry, ...]:
        """The entries that are still to be used: those for calls, then those for jobs, then those for rows."""
        return (*self._calls, *self._jobs, *self._rows)

    @property
    def left(self) -> int:
        """Number of times that entries are still to be used."""
        return sum(entry.left for entry in self.entries)

    def for_call(self, names: Iterable[str]) -> tuple[CallFault, ...]:
        """Use up the next entry that concerns a call with these names."""
        return self._take(self._calls, names)

    def for_job(self, names: Iterable[str]) -> JobFault | None:
        """Use up the next entry that concerns a job submitted by a call with these names."""
        taken = self._take(self._jobs, names)
        return taken[0] if taken else None

    def for_rows(self, names: Iterable[str]) -> tuple[RowFault, ...]:
        """Use up the next entry that concerns the rows uploaded by a call with these names."""
        return self._take(self._rows, names)

    def _take(self, entries: list[FaultEntry], names: Iterable[str]) -> tuple[Any, ...]:
        for entry in entries:
            if entry.concerns(names):
                self.changes += 1
                entry.left -= 1
                if entry.left <= 0:
                    entries.remove(entry)
                return entry.faults
        return ()


def _check_kinds(faults: tuple[object, ...]) -> None:
    kinds = (*get_args(CallFault), *get_args(JobFault), RowFault)
    if not faults:
        raise validators.InvalidArgument("Nothing is given that shall go wrong.")
    for fault in faults:
        if isinstance(fault, type):
            raise validators.InvalidArgument(
                f"{fault.__name__} is a class; a fault is made of it: {fault.__name__}(...)."
            )
        if not isinstance(fault, kinds):
            names = ", ".join(kind.__name__ for kind in kinds)
            raise validators.InvalidArgument(f"A fault is one of {names}, not {type(fault).__name__}.")
