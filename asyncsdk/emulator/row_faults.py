"""Fault injection for single rows: which rows of an uploaded file are rejected, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import field, frozen

from asyncsdk.emulator import validators

__all__ = ["RejectRows", "RowFault", "row_rejection"]


@frozen
class RejectRows:
    """Reject rows of an uploaded file, besides those that are rejected anyway.

    ::

        RejectRows("ada@example.com")                                   # the row with this address
        RejectRows(lambda email: email.endswith("@example.org"), reason="No such domain")
        RejectRows("Atlantis", column="City")                           # every row with this city

    It acts on files for lists, events, opt-outs, imports and custom data; a single contact is never rejected.
    The reason is in a last column of the file of rejected rows of a list, and in the report of a custom
    data job; that the file has such a column is a guess.

    Args:
        which: the cell of the rows to reject, upper or lower case; or a function that is given the cell of each
            row, without spaces around it, and says whether to reject the row.
        column: the heading of the cell; None for the e-mail address.
        reason: why; empty for files without a column of reasons.
    """

    which: str | Callable[[str], bool] = field(validator=validators.text_or_function)
    column: str | None = field(default=None, validator=validators.text_or_none)
    reason: str = field(default="", validator=validators.text)

    def rejects(self, address: str | None, row: Mapping[str, Any]) -> bool:
        """Whether it rejects a row; a missing cell never matches."""
        cell = address if self.column is None else row.get(self.column)
        if cell is None:
            return False
        text = str(cell).strip()
        return text.casefold() == self.which.casefold() if isinstance(self.which, str) else self.which(text)


RowFault: TypeAlias = RejectRows
"""Faults of the rows of an uploaded file."""


def row_rejection(faults: Sequence[RejectRows], address: str | None, row: Mapping[str, Any]) -> str | None:
    """The reason of the first fault that rejects a row, which may be empty; None if no fault does."""
    return next((fault.reason for fault in faults if fault.rejects(address, row)), None)
