"""Records on disk, in parts by their key: all of one key are in the same part, and a part fits into memory.

Nothing is sorted and nothing looked up, so that many records take no longer, each, than few.
"""

from __future__ import annotations

import marshal
from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final
from zlib import crc32

from asyncsdk.bulk.spool import nameless_file

__all__ = ["Partitions"]

PARTS: Final = 1024
FULL: Final = 1 << 12
"""Bytes of a part that wait in memory, before they are written together."""


class Partitions:
    """Takes records, and gives them back part by part.

    Which part a record is in depends on its key alone; within a part, records keep their order.
    """

    def __init__(self) -> None:
        self._file = nameless_file()
        self._size = 0
        self._waiting: defaultdict[int, list[bytes]] = defaultdict(list)
        self._lengths: defaultdict[int, int] = defaultdict(int)
        self._written: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))
        """Where the pieces of each part lie: their places and lengths by turns."""

    def add(self, key: str, record: Any) -> None:
        """Keep a record of texts, numbers, None, and tuples and dicts of them."""
        part = crc32(key.encode()) % PARTS
        packed = marshal.dumps(record)
        self._waiting[part].append(packed)
        self._lengths[part] += len(packed)
        if self._lengths[part] >= FULL:
            self._write(part)

    def _write(self, part: int) -> None:
        piece = marshal.dumps(self._waiting.pop(part))
        del self._lengths[part]
        self._file.seek(self._size)
        self._file.write(piece)
        self._written[part].extend((self._size, len(piece)))
        self._size += len(piece)

    def __iter__(self) -> Iterator[list[Any]]:
        """The parts that have records."""
        for part in range(PARTS):
            records = [marshal.loads(packed) for packed in self._packed(part)]  # noqa: S302 - nobody else can write it
            if records:
                yield records

    def _packed(self, part: int) -> Iterator[bytes]:
        places = self._written.get(part, array("q"))
        for place, length in zip(places[::2], places[1::2], strict=True):
            self._file.seek(place)
            yield from marshal.loads(self._file.read(length))  # noqa: S302 - nobody else can write it
        yield from self._waiting.get(part, ())

    def close(self) -> None:
        """Forget them."""
        self._file.close()
