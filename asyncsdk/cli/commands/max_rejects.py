"""``--max-rejects``: the number or share of rejected rows up to which a run is a success."""

from __future__ import annotations

import re
from typing import Final, Self

from attrs import frozen

from asyncsdk.bulk import BulkReport
from asyncsdk.cli.exit_codes import Exit, Failure

__all__ = ["MaxRejects"]

_FORM: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(%?)", re.ASCII)


@frozen
class MaxRejects:
    """A number of rows, or a share of the input's rows."""

    rows: int = 0
    percent: float | None = None

    @classmethod
    def of(cls, text: str) -> Self:
        """Parse what the user gave: ``20`` or ``2.5%``.

        Raises:
            Failure: it is neither.
        """
        found = _FORM.fullmatch(text)
        if found is not None and found[2] and float(found[1]) <= 100:
            return cls(percent=float(found[1]))
        if found is not None and not found[2] and found[1].isdecimal():
            return cls(int(found[1]))
        raise Failure(Exit.BAD_INPUT, f"--max-rejects is a number of rows or a share such as 2.5%, not {text!r}.")

    def allows(self, report: BulkReport) -> bool:
        """Whether a run is a success: not too many rejected rows, and none that failed or is unknown."""
        most = self.rows if self.percent is None else report.rows * self.percent / 100
        return report.rejected <= most and not (report.failed or report.unknown)
