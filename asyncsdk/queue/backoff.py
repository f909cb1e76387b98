"""What an error means for the rows that were being sent, and for all others."""

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
from asyncsdk.queue.batch import Batch
from asyncsdk.queue.results import WrongAccount
from asyncsdk.uploads.errors import Outcome, classify

__all__ = ["OF_ONE_ROW", "Backoff", "Cause", "classify_error", "lasts"]

Cause: TypeAlias = Literal["ended", "lost", "refused", "shared"]
"""``ended``: nothing can be sent any more. ``lost``: Act-On may have the rows, or not. ``refused``: it has not, and
perhaps these rows are why. ``shared``: it has not, and other rows would fare the same."""

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 300.0

ENOUGH: Final = 2
"""So many batches that fail one after the other are no coincidence: every other would fail, too."""

OF_ONE_ROW: Final = (InvalidRequest, InvalidArgument, Conflict)
"""What is said of the values; the others may be said of the list, or of the account."""


_CAUSES: Final[Mapping[Outcome, Cause]] = {
    "stops": "ended",
    "unknown": "lost",
    "unexplained": "lost",
    "shared": "shared",
    "rejected": "refused",
    "denied": "refused",
    "too_large": "refused",
}


def classify_error(error: Exception) -> Cause:
    """What kept rows from being saved that were being sent."""
    return "ended" if isinstance(error, WrongAccount) else _CAUSES[classify(error)]


def lasts(error: Exception) -> bool:
    """Whether it will not pass while a queue closes."""
    if isinstance(error, QuotaExhausted):
        return error.budget != "second"
    return isinstance(error, (AuthenticationFailed, PermissionDenied))


def pause_after(troubles: int) -> float:
    """Seconds to wait after so many troubles in a row."""
    return min(FIRST_PAUSE * 2.0 ** min(troubles - 1, 20), LONGEST_PAUSE)


class Backoff:
    """How long everybody waits after trouble; whatever is saved ends it."""

    def __init__(self) -> None:
        self._troubles = 0
        self._is_shared = False
        self._failing_batches: set[Batch] = set()
        self.until: float = -inf
        """By the loop's clock."""

        self.error: ActOnError | None = None
        """The last trouble, if it has not passed."""

    def trouble(self, error: Exception, now: float, batch: Batch | None = None) -> None:
        """Nothing was saved.

        Args:
            error: why.
            now: when, by the loop's clock.
            batch: the batch that failed, which may be the only one; None: every other would fail, too.
        """
        self._troubles += 1
        if batch is None:
            self._is_shared = True
        elif len(self._failing_batches) < ENOUGH:
            self._failing_batches.add(batch)
        resets_in = error.resets_in if isinstance(error, QuotaExhausted) else 0.0
        self.until = now + min(max(resets_in, pause_after(self._troubles)), LONGEST_PAUSE)
        if isinstance(error, ActOnError):
            self.error = error

    @property
    def for_all(self) -> float:
        """Until when also those wait that were in no trouble yet: if one alone was, it may be its own fault."""
        return self.until if self._is_shared or len(self._failing_batches) >= ENOUGH else -inf

    def passed(self) -> None:
        """Something was saved."""
        self._troubles = 0
        self._is_shared = False
        self._failing_batches.clear()
        self.until = -inf
        self.error = None
