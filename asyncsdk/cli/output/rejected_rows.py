"""Rejected rows of the demo: why, and the first ones where they stand in the file, without their addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from asyncsdk.cli.output.cells import cut
from asyncsdk.cli.output.printable import printable
from asyncsdk.uploads.rejects import Reject

__all__ = ["RejectedRows"]

REASONS: Final = 3
"""How many reasons are shown."""

EXAMPLES: Final = 5
"""How many rows are shown as details."""

LONGEST_ROW: Final = 60
"""Cells of a row that are shown."""


class RejectedRows:
    """Rejected rows of a file, as text.

    Args:
        rejects: the rows.
        email_heading: the column of addresses, which are not shown.
    """

    def __init__(self, rejects: Sequence[Reject], email_heading: str) -> None:
        self._rejects = rejects
        self._email_heading = email_heading

    def reasons(self) -> list[tuple[str, str, str]]:
        """The most common reasons: how many rows, why, and the first of them."""
        counts, firsts = Counter[str](), dict[str, Reject]()
        for reject in self._rejects:
            counts[reject.reason] += 1
            firsts.setdefault(reject.reason, reject)
        return [
            (f"{count:,}", reason, f"{_place(firsts[reason])}: {self._others(firsts[reason])}")
            for reason, count in counts.most_common(REASONS)
        ]

    def examples(self) -> Iterator[str]:
        """The first rows, a line for each."""
        for reject in islice(self._rejects, EXAMPLES):
            yield f"{_place(reject)}: {reject.reason}: {self._others(reject)}"

    def _others(self, reject: Reject) -> str:
        """A row's cells without its address, in one line."""
        others = [str(cell) for heading, cell in reject.row.items() if heading != self._email_heading and cell]
        return cut(printable(" ".join(" | ".join(others).split())), LONGEST_ROW)


def _place(reject: Reject) -> str:
    return f"row {reject.number:,}" if reject.line is None else f"line {reject.line:,}"
