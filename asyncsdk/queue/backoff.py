"""Backoff after failures, and what an error says of the rows that were being sent."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Final, Literal, TypeAlias

from asyncsdk.errors import (
    ActOnError,
    AuthenticationFailed,
    Conflict,
    InvalidArgument,
    InvalidRequest,
    PermissionDenied,
    QuotaExhausted,
)
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.queue.batch import Batch
from asyncsdk.queue.results import WrongAccount
from asyncsdk.uploads.error_classification import ErrorOutcome, classify

__all__ = ["OF_ONE_ROW", "Backoff", "Cause", "classify_error", "is_lasting"]

Cause: TypeAlias = Literal["ended", "lost", "refused", "shared"]
"""``ended``: nothing can be sent any more. ``lost``: Act-On may have the rows, or not. ``refused``: it has not, and
perhaps because of these rows. ``shared``: it has not, and every other row would fail in the same way."""

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 300.0

ENOUGH: Final = 2
"""When so many batches fail one after the other, all others wait, too."""

OF_ONE_ROW: Final = (InvalidRequest, InvalidArgument, Conflict)
"""Errors about the values of a row; other refusals may be about the list, or about the account."""


_CAUSES: Final[Mapping[ErrorOutcome, Cause]] = {
    "stops": "ended",
    "unknown": "lost",
    "unexplained": "lost",
    "shared": "shared",
    "rejected": "refused",
    "denied": "refused",
    "too_large": "refused",
}


def classify_error(error: Exception) -> Cause:
    """The cause why rows were not saved."""
    return "ended" if isinstance(error, WrongAccount) else _CAUSES[classify(error)]


def is_lasting(error: Exception) -> bool:
    """Whether an error will not pass while a queue closes."""
    if isinstance(error, QuotaExhausted):
        return error.budget != "second"
    return isinstance(error, (AuthenticationFailed, PermissionDenied))


def pause_after(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    return min(FIRST_PAUSE * 2.0 ** min(failures - 1, 20), LONGEST_PAUSE)


class Backoff:
    """How long batches wait after failures; the next success ends it.

    Args:
        pauses: how long a wait lasts.
    """

    def __init__(self, pauses: PausePolicy) -> None:
        self._pauses = pauses
        self._failures = 0
        self._is_shared = False
        self._failing_batches: set[Batch] = set()
        self.until: float = -inf
        """By the loop's clock."""

        self.error: ActOnError | None = None
        """The last failure, until something is saved."""

    def record_failure(self, error: Exception, now: float, batch: Batch | None = None) -> None:
        """Wait longer: nothing was saved.

        Args:
            error: why.
            now: when, by the loop's clock.
            batch: the batch that failed, which may be the only one; None: every other would fail, too.
        """
        self._failures += 1
        if batch is None:
            self._is_shared = True
        elif len(self._failing_batches) < ENOUGH:
            self._failing_batches.add(batch)
        resets_in = error.resets_in if isinstance(error, QuotaExhausted) else 0.0
        wanted = min(max(resets_in, pause_after(self._failures)), LONGEST_PAUSE)
        self.until = now + self._pauses.seconds(wanted)
        if isinstance(error, ActOnError):
            self.error = error

    def pause_after(self, failures: int) -> float:
        """Seconds that one batch waits after so many failures of its own."""
        return self._pauses.seconds(pause_after(failures))

    @property
    def until_for_all(self) -> float:
        """The time until which all rows wait; none while only one batch fails, perhaps because of its rows."""
        return self.until if self._concerns_all else -inf

    @property
    def error_for_all(self) -> ActOnError | None:
        """The last failure, if not only one batch fails, perhaps because of its rows."""
        return self.error if self._concerns_all else None

    @property
    def _concerns_all(self) -> bool:
        return self._is_shared or len(self._failing_batches) >= ENOUGH

    def reset(self) -> None:
        """Wait no more: something was saved."""
        self._failures = 0
        self._is_shared = False
        self._failing_batches.clear()
        self.until = -inf
        self.error = None
