"""Task history: what a message says of the runs before, in labels of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen
from taskiq.labels import prepare_label
from taskiq.message import TaskiqMessage

__all__ = ["TaskHistory"]

_RUNS: Final = "acton_runs"
_FAILURES: Final = "acton_failures"
_PUT_AT: Final = "acton_put_at"
_OURS: Final = frozenset({_RUNS, _FAILURES, _PUT_AT})


@frozen
class TaskHistory:
    """History of a task before this run."""

    runs: int
    """How often a worker ran it, this time left out."""

    failures: int
    """How many of these runs count as failures."""

    put_at: float | None
    """When it was first put, in seconds since 1970; None: this is its first run."""

    @classmethod
    def of(cls, labels: Mapping[str, object]) -> TaskHistory:
        """The history in the labels of a message; what is none counts as nothing."""
        put_at = labels.get(_PUT_AT)
        return cls(_count(labels.get(_RUNS)), _count(labels.get(_FAILURES)), _time(put_at))

    def after_run(self, *, counts: bool, put_at: float) -> TaskHistory:
        """The history with one run more."""
        return evolve(self, runs=self.runs + 1, failures=self.failures + counts, put_at=self.put_at or put_at)

    def written_into(self, message: TaskiqMessage, args: Sequence[Any], kwargs: Mapping[str, Any]) -> TaskiqMessage:
        """A message for the next run, with the arguments as they came."""
        labels = {_RUNS: self.runs, _FAILURES: self.failures, _PUT_AT: self.put_at or 0.0}
        return _message(message, args, kwargs, labels)

    @staticmethod
    def removed_from(message: TaskiqMessage, args: Sequence[Any], kwargs: Mapping[str, Any]) -> TaskiqMessage:
        """The message as it was first put, so that it begins anew."""
        return _message(message, args, kwargs, {})


def _message(
    message: TaskiqMessage, args: Sequence[Any], kwargs: Mapping[str, Any], ours: Mapping[str, float]
) -> TaskiqMessage:
    theirs = {name: value for name, value in message.labels.items() if name not in _OURS}
    prepared = {name: prepare_label(value) for name, value in {**theirs, **ours}.items()}
    return TaskiqMessage(
        task_id=message.task_id,
        task_name=message.task_name,
        labels={name: text for name, (text, _) in prepared.items()},
        labels_types={name: kind for name, (_, kind) in prepared.items()},
        args=list(args),
        kwargs=dict(kwargs),
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 1_000_000 else 0


def _time(value: object) -> float | None:
    return value if isinstance(value, float) and 0 < value < 1e11 else None
