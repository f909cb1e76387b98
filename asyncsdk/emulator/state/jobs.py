"""Job runner: accepts jobs, runs them in the background once they are no longer pending, reports their status."""

from __future__ import annotations

import asyncio
import csv
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from math import inf
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.faults import FailJob, JobFault, JobSays, LoseJob, SlowJob, StallJob
from asyncsdk.emulator.http.responses import Refusal, Reply, refusal
from asyncsdk.emulator.settings import Settings
from asyncsdk.emulator.state.database import Database

__all__ = ["JobWork", "Jobs", "Progress"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, accepted REAL NOT NULL, pending REAL NOT NULL,
    running REAL NOT NULL, fate TEXT, words TEXT, details TEXT);
"""

logger: logging.Logger = logging.getLogger("asyncsdk.emulator.jobs")

JobWork: TypeAlias = Callable[[int], Awaitable[Mapping[str, Any]]]
"""The work of a job, given its number; returns the details that the status of the finished job has."""

FIRST_ID = 15959711
CATCH_UP_SECONDS = 0.5


_SENTENCES = {"pending": "The job is pending", "running": "The job is running"}


@frozen
class Progress:
    """Progress of a job."""

    state: Literal["pending", "running", "done", "failed", "said"]
    """``said``: a fault sets the status text."""

    words: str = ""
    """The reason of a failure, or the status text of a fault."""

    text: str = ""
    details: Any = None
    """The result of a finished job; also as JSON in ``text``."""


class Jobs:
    """Every job of the account."""

    def __init__(self, store: Database, settings: Settings, clock: Clock) -> None:
        self._store = store
        store.define(_SCHEMA)
        self._settings = settings
        self._clock = clock
        self._waiting: dict[int, JobWork] = {}
        """The work of pending jobs, which has not begun."""

        self._tasks: dict[int, asyncio.Task[None]] = {}

    def submit(self, kind: str, work: JobWork, fault: JobFault | None = None) -> int:
        """Start a job; gives its number."""
        pending, running = self._settings.job_pending, self._settings.job_running
        fate = words = None
        if isinstance(fault, SlowJob):
            pending, running = fault.pending, fault.running
        elif fault is not None:
            fate = type(fault).__name__
            words = fault.text if isinstance(fault, (FailJob, JobSays)) else None
        last = self._store.one("SELECT max(id) FROM jobs")
        number = FIRST_ID if last is None or last[0] is None else int(last[0]) + 1
        self._store.run(
            "INSERT INTO jobs (id, kind, accepted, pending, running, fate, words) VALUES (?, ?, ?, ?, ?, ?, ?)",
            number,
            kind,
            self._clock.now(),
            pending,
            running,
            fate,
            words,
        )
        if fate is None:
            self._waiting[number] = work
            self._begin(self._clock.now())
        return number

    def _begin(self, now: float) -> None:
        """Start the jobs that have been pending for long enough."""
        for number in list(self._waiting):
            if self._began(number, now):
                task = asyncio.get_running_loop().create_task(self._carry_out(number, self._waiting.pop(number)))
                self._tasks[number] = task
                task.add_done_callback(partial(self._over, number))

    def _over(self, number: int, _: asyncio.Task[None]) -> None:
        del self._tasks[number]

    def _began(self, number: int, now: float) -> bool:
        return (
            self._store.one("SELECT 1 FROM jobs WHERE id = ? AND accepted + pending <= ?", number, now) is not None
        )

    async def _carry_out(self, number: int, work: JobWork) -> None:
        try:
            details = await work(number)
        except asyncio.CancelledError:
            self._fail(number, "The job was interrupted")
            raise
        except Refusal as refused:  # the list was deleted under the job
            self._fail(number, str(refused.answer.body.get("message", "The job has failed")))
        except csv.Error:
            self._fail(number, "The file cannot be read")
        except Exception:
            logger.exception("Job %d has failed.", number)
            self._fail(number, "The job has failed")
        else:
            self._store.run(
                "UPDATE jobs SET details = ? WHERE id = ?",
                json.dumps(dict(details), separators=(",", ":")),
                number,
            )

    def _fail(self, number: int, words: str) -> None:
        self._store.run("UPDATE jobs SET fate = ?, words = ? WHERE id = ?", FailJob.__name__, words, number)

    async def catch_up(self) -> None:
        """Start what is due, and wait for what should be done by now; a large upload may run for longer."""
        self._begin(self._clock.now())
        if not self._tasks:
            return
        due = [task for number, task in self._tasks.items() if self._due(number)]
        if due:
            await asyncio.wait(due, timeout=CATCH_UP_SECONDS)

    def _due(self, number: int) -> bool:
        found = self._store.one(
            "SELECT 1 FROM jobs WHERE id = ? AND accepted + pending + running <= ?",
            number,
            self._clock.now(),
        )
        return found is not None

    def finished(self, number: int) -> bool:
        """Whether a job is done, and done well."""
        found = self._store.one(
            "SELECT 1 FROM jobs WHERE id = ? AND details IS NOT NULL AND accepted + pending + running <= ?",
            number,
            self._clock.now(),
        )
        return found is not None

    def status(self, kind: str, job_id: str) -> Reply:
        """The status body of a job of lists or events."""
        progress = self.progress(kind, job_id)
        if progress is None:
            raise refusal(10017, "Invalid or expired Job Id")
        if progress.state in _SENTENCES:
            return {"status": _SENTENCES[progress.state]}
        if progress.details is None:
            # What a failed job's status looks like is in no source: in its words, as all other states are.
            return {"status": progress.words}
        return {"status": "success", "jobDetails": progress.text, "details": progress.details}

    def progress(self, kind: str, job_id: str) -> Progress | None:
        """Progress of a job, for services with words of their own; None if there is no such job."""
        found = self._find(kind, job_id)
        if found is None:
            return None
        accepted, pending, running, fate, words, details = found
        age = self._clock.now() - accepted
        if fate == JobSays.__name__:
            return Progress("said", words)
        if age < pending:
            return Progress("pending")
        if age < pending + running or fate == StallJob.__name__:
            return Progress("running")
        if fate is not None:
            return Progress("failed", words)
        if details is None:
            lost = int(job_id) not in self._tasks and int(job_id) not in self._waiting
            return Progress("failed", "The job was interrupted") if lost else Progress("running")
        return Progress("done", text=details, details=json.loads(details))

    def _find(self, kind: str, job_id: str) -> tuple[Any, ...] | None:
        if not (job_id.isascii() and job_id.isdigit() and len(job_id) < 19):
            return None
        life = self._settings.job_life
        return self._store.one(
            "SELECT accepted, pending, running, fate, words, details FROM jobs"
            " WHERE id = ? AND kind = ? AND fate IS NOT ? AND accepted > ?",
            int(job_id),
            kind,
            LoseJob.__name__,
            float("-inf") if life is None else self._clock.now() - life,
        )

    async def settle(self) -> None:
        """Wait until no job has work left, whatever the clock says."""
        self._begin(inf)
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def stop(self) -> None:
        """Cancel running work."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
