"""Events of bulk runs: the run, its stages, and the outcome of its rows."""

from __future__ import annotations

from attrs import frozen

from asyncsdk.telemetry.outcome import Outcome

__all__ = ["BulkEnded", "BulkStageEntered", "BulkStarted"]


@frozen
class BulkStarted:
    """A bulk run begins, in the task that carries it out."""

    run: int
    """The run's number, unique in this process; its calls name it as their ``parent``."""

    list_id: str
    """The list."""


@frozen
class BulkStageEntered:
    """A bulk run enters a stage; the stage before it is over."""

    run: int
    """The number of ``BulkStarted``."""

    stage: str
    """``reading``, ``sending``, ``waiting``, ``looking``, ``pausing`` or ``finished``: see ``BulkProgress``."""


@frozen
class BulkEnded:
    """A bulk run is over. Without a report the numbers of rows and calls are 0."""

    run: int
    """The number of ``BulkStarted``."""

    list_id: str
    """The list."""

    outcome: Outcome
    """``ok``: there is a report; the rows tell the rest."""

    error: str | None
    """The name of the error's class; None if there is none."""

    rows: int
    """Rows of the input: the sum of the next six."""

    created: int
    """Rows that are new records."""

    updated: int
    """Rows whose record holds them now."""

    merged: int
    """Rows that were merged into a later one."""

    rejected: int
    """Rows that cannot be used."""

    failed: int
    """Rows that were not saved, though nothing is wrong with them."""

    unknown: int
    """Rows that may have been saved, or not."""

    calls: int
    """Calls that the server saw of this run."""

    seconds: float
    """How long it took."""
