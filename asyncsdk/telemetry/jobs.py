"""Events of jobs: asynchronous operations on the server, from where they are watched to their end."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

__all__ = ["JobEnded", "JobOutcome", "JobStarted"]

JobOutcome: TypeAlias = Literal["done", "failed", "timeout", "detached"]
"""``done`` or ``failed``, as the server says; ``timeout``: it was not done in time; ``detached``: it is no longer
watched, because the program or its session gave it up. In the last two the server may still finish it."""


@frozen
class JobStarted:
    """A job is watched from now on, in the task that asked for it."""

    job: int
    """The job's number, unique in this process; the calls that poll it name it as their ``parent``."""

    job_id: str
    """The server's id of the job. It names an operation and no person, and is of use only with the account's token;
    by it the job is found again that another process had begun."""

    route: str
    """The name of the route that began it; of a job that is known by its id alone, the route of its status."""

    call: int | None
    """The number of the call that began it; None: it was begun elsewhere, or is watched again by its id."""


@frozen
class JobEnded:
    """A job is done, has failed, or is watched no longer."""

    job: int
    """The number of ``JobStarted``."""

    job_id: str
    """The server's id of the job."""

    route: str
    """The route's name."""

    outcome: JobOutcome
    """How it ended."""

    error: str | None
    """The name of the error's class; None if it is done."""

    seconds: float
    """How long it was watched."""
