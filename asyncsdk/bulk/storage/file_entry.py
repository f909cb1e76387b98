"""Journal entry: what a journal knows of one file."""

from __future__ import annotations

import json
from typing import Any, Final, Literal, TypeAlias

from attrs import frozen

from asyncsdk.bulk.storage.counts import Counts
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["COLUMNS", "FileEntry", "State"]

State: TypeAlias = Literal["waiting", "sending", "sent", "accepted", "ended"]
"""``waiting``: Act-On surely has nothing of it. ``sending``: its first bytes may have left. ``sent``: its last may,
so that it is unknown whether Act-On has it. ``accepted``: Act-On works on it. ``ended``: done."""

COLUMNS: Final = "number, rows, state, sent_at, job_id, counts, reason, origin, held"


@frozen
class FileEntry:
    """Entry of one file."""

    number: int
    rows: int
    state: State
    sent_at: float
    """When its last bytes left, or 0."""

    job_id: str | None
    counts: Counts | None
    """Outcomes of its rows, without those that are sent again in another file."""

    reason: str | None
    origin: int
    """The staged file that its rows come from; its own number unless it is sent again."""

    held: RowNumbers | None
    """Which rows of that file it holds; None: all."""

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> FileEntry:
        """The entry of a row in the table of files."""
        number, rows, state, sent_at, job_id, counts, reason, origin, held = row
        return cls(
            number,
            rows,
            state,
            sent_at or 0.0,
            job_id,
            None if counts is None else Counts(**json.loads(counts)),
            reason,
            number if origin is None else origin,
            None if held is None else RowNumbers(held),
        )

    @property
    def all_saved(self) -> bool:
        """Whether all its rows are in the list, except known rejects and rows that are sent again."""
        counts = self.counts
        return counts is not None and self.reason is None and not (counts.failed or counts.unknown)
