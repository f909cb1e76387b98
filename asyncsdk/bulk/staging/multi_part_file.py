"""Multi-part file: bytes on disk in parts that grow side by side, and are read one after the other."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator

from asyncsdk.files.anonymous_file import anonymous_file, discard

__all__ = ["MultiPartFile"]


def _numbers() -> array[int]:
    return array("q")


class MultiPartFile:
    """An anonymous file of numbered parts."""

    def __init__(self) -> None:
        self._file = anonymous_file()
        self._size = 0
        self._places: defaultdict[int, array[int]] = defaultdict(_numbers)
        """Where the pieces of each part lie: their offsets and lengths, alternating."""

    def write(self, part: int, piece: bytes) -> None:
        """Put a piece at the end of a part."""
        self._file.seek(self._size)
        self._file.write(piece)
        self._places[part].extend((self._size, len(piece)))
        self._size += len(piece)

    def pieces(self, part: int) -> Iterator[bytes]:
        """A part's pieces, as they were written."""
        places = self._places.get(part, _numbers())
        for place, length in zip(places[::2], places[1::2], strict=True):
            self._file.seek(place)
            yield self._file.read(length)

    def close(self) -> None:
        """Release the file."""
        discard(self._file)
