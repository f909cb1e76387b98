"""Report: the outcome of a run, for every row."""

from __future__ import annotations

from os import PathLike
from typing import Any

from attrs import field, fields, frozen

from asyncsdk.errors import StoreFailed
from asyncsdk.uploads.rejects import Rejects
from asyncsdk.uploads.rejects_file import RejectsForm, write_rejects

__all__ = ["BulkReport", "ReportUnwritten"]


@frozen
class BulkReport:
    """The outcome of every row: ``rows`` is the sum of the next six."""

    rows: int
    """Rows of the input."""

    created: int
    """Rows that are new records."""

    updated: int
    """Rows whose record holds them now, whether or not it changed."""

    merged: int
    """Rows that were merged into a later row with the same address."""

    rejected: int
    """Rows that cannot be used: see ``rejects``."""

    failed: int
    """Rows that were not saved, though nothing is wrong with them."""

    unknown: int
    """Rows that may have been saved, or not. To feed them again does no harm."""

    calls: int
    """Calls that the server saw of this run."""

    seconds: float = field(repr=lambda seconds: f"{seconds:.1f}")
    """How long it took."""

    rejects: Rejects = field(repr=False)
    """The rejected rows that are known by number, each with its reason; a sequence.

    When the report is pickled, the first 10,000 come along, and ``rejects.left_behind`` says how many did not.
    """

    unchanged: int = 0
    """How many of ``updated`` the state file knew, so that they cost no call."""

    reasons: tuple[str, ...] = ()
    """The reasons why rows failed, or are unknown."""

    columns: tuple[str, ...] = field(default=(), repr=False)
    """The input's columns."""

    encoding: str = field(default="utf-8", repr=False)
    separator: str = field(default=",", repr=False)
    """How the file of the rejected rows is written: as the input was, if it was a file."""

    resumed: bool = field(default=False, repr=False)
    """Whether the journal knew of an earlier run with these rows, whose outcomes are counted, too."""

    def __getstate__(self) -> dict[str, object]:
        return {each.name: getattr(self, each.name) for each in fields(BulkReport)}

    def __setstate__(self, state: dict[str, object]) -> None:
        # A pickle of an earlier version has not all fields.
        for each in fields(BulkReport):
            object.__setattr__(self, each.name, state.get(each.name, each.default))

    @property
    def all_saved(self) -> bool:
        """Whether no row was rejected, failed or is unknown."""
        return not (self.rejected or self.failed or self.unknown)

    def write_rejects(self, path: str | PathLike[str], *, defuse_formulas: bool = False) -> int:
        """Write the rejected rows to a file with the input's own columns, reasons to one beside it; gives how many.

        The file can be corrected and fed back unchanged. Where the input was a file of another encoding or with
        another separator, so is this one. A row with too many or too few cells gets those that it had. If the
        path ends in ``.jsonl`` it is a JSON Lines file, else CSV.

        The reasons are in the same order in a second CSV file: in ``rejects.reasons.csv``, if the path is
        ``rejects.csv``.

        Args:
            path: where to write them; files that are there are replaced.
            defuse_formulas: put an apostrophe before a cell that a spreadsheet may carry out, one that begins with
                ``=``, ``+``, ``-``, ``@``, a tabulator or a line end. Such a file is to be looked at, and not to be
                fed back: what is fed back keeps its apostrophes.

        Raises:
            StoreFailed: they cannot be written.
        """
        form = RejectsForm(self.columns, self.encoding, self.separator, defuse_formulas=defuse_formulas)
        return write_rejects(path, self.rejects, form)


class ReportUnwritten(StoreFailed):
    """The run is over, but its rejects or its state file could not be written.

    Attributes:
        report: what the run did.
    """

    report: BulkReport

    def __init__(self, message: str, report: BulkReport | None = None) -> None:
        super().__init__(message)
        if report is not None:
            self.report = report

    def __reduce__(self) -> tuple[Any, ...]:
        # An OSError with an __init__ of its own takes its args there.
        return type(self), self.args, vars(self)
