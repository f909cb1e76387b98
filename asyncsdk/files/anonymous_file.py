"""Anonymous temporary files: removed by the system even after a crash."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from typing import IO, BinaryIO, cast

__all__ = ["anonymous_file", "discard"]


def anonymous_file() -> BinaryIO:
    """A file that is gone when it is closed, or with the process."""
    return cast("BinaryIO", tempfile.TemporaryFile())


def discard(file: IO[bytes]) -> None:
    """Close it; what could not be written yet, on a disk that is full, is of no use any more."""
    with suppress(OSError):
        file.close()
