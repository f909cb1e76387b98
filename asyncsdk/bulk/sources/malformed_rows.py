"""Malformed rows of a file: they are counted, and the file is refused, with a guess why, if most are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from asyncsdk.errors import InvalidArgument
from asyncsdk.uploads.malformed_row import MalformedRow

__all__ = ["SEPARATORS", "MalformedRows"]

SEPARATORS: Final = ",;\t|"
"""The usual separators of cells, for a guess."""

SAMPLES: Final = 20


class MalformedRows:
    """The malformed rows of one file, so far.

    Args:
        path: the file.
        half: whether half of its rows may be malformed; else fewer.
    """

    def __init__(self, path: Path, *, half: bool = False) -> None:
        self._path = path
        self._half = half
        self._count = 0
        self._first: list[MalformedRow] = []

    def take(self, row: MalformedRow) -> None:
        """Count a row."""
        self._count += 1
        if len(self._first) < SAMPLES:
            self._first.append(row)

    def check(self, rows: int, guess: str) -> None:
        """Refuse a file if most of its rows are malformed.

        Args:
            rows: how many rows it has, these included.
            guess: what may be the reason.

        Raises:
            InvalidArgument: there are so many.
        """
        if not self._count or 2 * self._count < rows + self._half:
            return
        first = self._first[0]
        rest = "" if rows == 1 else f", and {self._count:,} of its {rows:,} rows are malformed"
        raise InvalidArgument(f"Line {first.line} of {self._path} {first.reason}{rest}: {guess} Nothing was sent.")

    @property
    def samples(self) -> Sequence[Sequence[str]]:
        """The cells of the first few."""
        return [row.cells for row in self._first]
