"""The rows that a queue gives up: nobody loses one without being told."""

from __future__ import annotations

import logging
from collections.abc import Callable

from asyncsdk.queue.outcome import PutOutcome, UnsavedRow
from asyncsdk.queue.rows import Entry

__all__ = ["Unsaved"]

_log = logging.getLogger("asyncsdk")


class Unsaved:
    """Hands rows over, or keeps them for the report.

    Args:
        hand_over: called with each; without it, and where it fails, the row is kept.
    """

    def __init__(self, hand_over: Callable[[UnsavedRow], object] | None) -> None:
        self._hand_over = hand_over
        self.rows: list[UnsavedRow] = []

    def give_up(self, entry: Entry, outcome: PutOutcome, told: bool) -> None:
        """A row will not be sent again; ``told`` says whether somebody waited for its outcome."""
        if not told:
            self._leave(UnsavedRow(entry.email, dict(entry.cells), outcome.fate, outcome.reason))

    def left_over(self, entry: Entry) -> None:
        """A row still waited when the queue was closed."""
        self._leave(UnsavedRow(entry.email, dict(entry.cells), "waiting", "the queue was closed"))

    def _leave(self, row: UnsavedRow) -> None:
        if self._hand_over is not None:
            try:
                self._hand_over(row)
            except Exception as error:
                _log.error("on_unsaved failed (%s): the row is kept for the report.", type(error).__name__)
            else:
                return
        self.rows.append(row)
