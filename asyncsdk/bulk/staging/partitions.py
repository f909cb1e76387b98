"""Hash partitions: records on disk, all of one key in the same part, and each part fits into memory.

Nothing is sorted and nothing looked up, so that many records take no longer, each, than few.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from asyncsdk.bulk.staging.multi_part_file import MultiPartFile

__all__ = ["Partitions"]


class Partitions:
    """Takes records, and gives them back part by part.

    Which part a record is in depends on its key alone; within a part, records keep their order.

    Args:
        parts: how many.
        in_memory: how many bytes of a part wait in memory, before they are written together.
    """

    def __init__(self, parts: int, in_memory: int) -> None:
        self._full = in_memory
        self._written = MultiPartFile()
        self._waiting: list[list[bytes]] = [[] for _ in range(parts)]
        self._lengths = [0] * parts

    def add(self, key: str, record: tuple[str | bytes | int, ...]) -> None:
        """Keep a record."""
        part = crc32(key.encode()) % len(self._waiting)
        packed = marshal.dumps(record)
        self._waiting[part].append(packed)
        self._lengths[part] += len(packed)
        if self._lengths[part] >= self._full:
            self._written.write(part, marshal.dumps(self._waiting[part]))
            self._waiting[part] = []
            self._lengths[part] = 0

    def __iter__(self) -> Iterator[list[Any]]:
        """The parts that have records."""
        for part in range(len(self._waiting)):
            records = [marshal.loads(packed) for packed in self._packed(part)]  # noqa: S302 - nobody else can write it
            if records:
                yield records

    def _packed(self, part: int) -> Iterator[bytes]:
        for piece in self._written.pieces(part):
            yield from marshal.loads(piece)  # noqa: S302 - nobody else can write it
        yield from self._waiting[part]

    def close(self) -> None:
        """Release the file."""
        self._written.close()
