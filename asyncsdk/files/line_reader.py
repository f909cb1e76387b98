"""Line reader: lines of a text in blocks; no line and no record of any length fills the memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import Final, TextIO

from asyncsdk.files.text_decoder import whole_ends

__all__ = ["LONGEST", "Lines", "RecordTooLong"]

BLOCK: Final = 1 << 16
"""Characters that are read at a time."""

LONGEST: Final = 1 << 20
"""Characters of a record of an input file: more than any contact has, and few enough for the memory."""


class RecordTooLong(Exception):
    """A record goes on for longer than any should.

    Attributes:
        line: the line on which it begins, from 1.
    """

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Lines:
    """The lines of a text with their ends, which are LF, CR, or both together.

    Args:
        pieces: the text; no piece ends between CR and LF.
        longest: the most characters of a record, about; None: as many as there are.
    """

    def __init__(self, pieces: Iterator[str], longest: int | None = None) -> None:
        self.number = 0
        """How many lines were taken; the caller of ``block`` adds its lines here."""

        self.longest = longest
        self.broken = False
        """Whether a record was found that takes several lines: it is likely that others do."""

        self._pieces = pieces
        self._rest = ""
        self._ahead = io.StringIO(newline="")
        """Whole lines of which some were taken one by one."""

    @classmethod
    def of(cls, text: TextIO) -> Lines:
        """The lines of a text that this library wrote."""
        return cls(whole_ends(iter(partial(text.read, BLOCK), "")))

    def block(self) -> str:
        """The next lines, some together; empty at the end.

        Raises:
            RecordTooLong: a line is too long.
        """
        return self._ahead.read() or self._read()

    def line(self) -> str:
        """The next line; empty at the end.

        Raises:
            RecordTooLong: it is too long.
        """
        line = self._ahead.readline()
        if not line:
            self._ahead = io.StringIO(self._read(), newline="")
            line = self._ahead.readline()
        return line

    def _read(self) -> str:
        found, length = [self._rest], len(self._rest)
        for piece in self._pieces:
            end = _end_of_lines(piece)
            if end:
                found.append(piece[:end])
                self._rest = piece[end:]
                return "".join(found)
            found.append(piece)
            length += len(piece)
            if self.longest is not None and length > self.longest:
                raise RecordTooLong(self.number + 1)
        self._rest = ""
        return "".join(found)


def _end_of_lines(piece: str) -> int:
    """How many characters from the start of a text on are ended lines."""
    end = piece.rfind("\n") + 1
    return piece.rfind("\r", end) + 1 or end
