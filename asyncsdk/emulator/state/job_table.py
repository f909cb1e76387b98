"""Job table: what is kept of each job, in the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from asyncsdk.emulator.job_faults import FailJob, StallJob
from asyncsdk.emulator.state.database import Database
from asyncsdk.emulator.state.rejected_rows import ingest_report_name

__all__ = ["JobEntry", "JobState", "JobTable", "StoredJob"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, accepted REAL NOT NULL, pending REAL NOT NULL,
    running REAL NOT NULL, fate TEXT, words TEXT, details TEXT);
"""
_JOBS: Final = "SELECT id, kind, accepted, pending, running, fate, words, details FROM jobs"

FIRST_ID: Final = 15959711

JobState: TypeAlias = Literal["pending", "running", "done", "failed", "stalled", "lost", "said"]
"""State of a job: ``stalled``, ``lost`` and ``said`` are what a fault, or a program, made of it."""


@frozen
class JobEntry:
    """Entry of the list of jobs."""

    number: int
    kind: str
    """``list``, ``events``, ``import`` or ``ingest``."""

    state: JobState
    accepted: float
    """When it was accepted, in seconds since 1970 by the emulator's clock."""

    words: str
    """The reason of a failure, or the status text of a fault."""

    details: Mapping[str, Any] | None
    """The result of a finished job."""

    @property
    def rejected_file(self) -> str | None:
        """The name of the file of its rejected rows; None if it rejected none."""
        details = self.details or {}
        if self.kind == "ingest":
            return ingest_report_name(self.number) if details.get("rejected") else None
        name = details.get("rejectedRecordsUrl")
        return None if name is None else str(name)


@frozen
class StoredJob:
    """One job as it is kept."""

    number: int
    kind: str
    accepted: float
    pending: float
    """Seconds that it is pending."""

    running: float
    """Seconds that it then runs."""

    fate: str | None
    """The name of the fault's class that decides how it goes on; None for none."""

    words: str | None
    details: str | None
    """The result of its work, as JSON; None before the work is done."""

    def result(self) -> dict[str, Any] | None:
        """The result of its work."""
        read: dict[str, Any] | None = None if self.details is None else json.loads(self.details)
        return read


class JobTable:
    """Reads and writes jobs."""

    def __init__(self, store: Database) -> None:
        self._store = store
        store.define(_SCHEMA)

    def add(
        self, kind: str, accepted: float, pending: float, running: float, fate: str | None, words: str | None
    ) -> int:
        """Add a job; gives its number."""
        last = self._store.one("SELECT max(id) FROM jobs")
        number = FIRST_ID if last is None or last[0] is None else int(last[0]) + 1
        self._store.run(
            "INSERT INTO jobs (id, kind, accepted, pending, running, fate, words) VALUES (?, ?, ?, ?, ?, ?, ?)",
            number,
            kind,
            accepted,
            pending,
            running,
            fate,
            words,
        )
        return number

    def find(self, number: int) -> StoredJob | None:
        """A job by its number, or None if there is none."""
        row = self._store.one(f"{_JOBS} WHERE id = ?", number)
        return None if row is None else StoredJob(*row)

    def page(self, offset: int, count: int) -> list[StoredJob]:
        """Jobs, the newest first."""
        rows = self._store.all(f"{_JOBS} ORDER BY id DESC LIMIT ? OFFSET ?", count, offset)
        return [StoredJob(*row) for row in rows]

    def total(self) -> int:
        """Number of all jobs."""
        found = self._store.one("SELECT count(*) FROM jobs")
        return 0 if found is None else int(found[0])

    def may_begin(self, number: int, now: float) -> bool:
        """Whether a job has been pending for long enough, and nothing holds it."""
        query = "SELECT 1 FROM jobs WHERE id = ? AND fate IS NULL AND accepted + pending <= ?"
        return self._store.one(query, number, now) is not None

    def is_due(self, number: int, now: float) -> bool:
        """Whether a job should have ended by now."""
        query = "SELECT 1 FROM jobs WHERE id = ? AND accepted + pending + running <= ?"
        return self._store.one(query, number, now) is not None

    def keep_result(self, number: int, details: Mapping[str, Any]) -> None:
        """Write down what the work of a job gave."""
        text = json.dumps(dict(details), separators=(",", ":"))
        self._store.run("UPDATE jobs SET details = ? WHERE id = ?", text, number)

    def set_failed(self, number: int, words: str) -> None:
        """Let a job fail when its time is over; one that has failed keeps its words."""
        self._store.run(
            "UPDATE jobs SET fate = ?, words = ? WHERE id = ? AND fate IS NOT ?",
            FailJob.__name__,
            words,
            number,
            FailJob.__name__,
        )

    def set_stalled(self, number: int) -> None:
        """Let a job run without an end."""
        self._store.run("UPDATE jobs SET fate = ? WHERE id = ?", StallJob.__name__, number)

    def end(self, number: int, now: float, failure: str | None = None) -> None:
        """Let a job's time be over, whatever was to become of it; with words it has failed."""
        self._store.run(
            "UPDATE jobs SET accepted = min(accepted, ?), pending = 0, running = 0, fate = ?, words = ?"
            " WHERE id = ?",
            now,
            None if failure is None else FailJob.__name__,
            failure,
            number,
        )

    def ages(self, now: float) -> tuple[float, ...]:
        """How many jobs there are, how many are no longer pending, and how many have had their time."""
        query = (
            "SELECT count(*), total(accepted + pending <= ?), total(accepted + pending + running <= ?) FROM jobs"
        )
        return self._store.one(query, now, now) or ()
