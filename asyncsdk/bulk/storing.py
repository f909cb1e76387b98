"""What a run keeps on disk cannot always be kept: the disk is full, or gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from asyncsdk.errors import StoreFailed

__all__ = ["kept"]


@contextmanager
def kept(what: str) -> Generator[None]:
    """Around every use of such a file.

    Args:
        what: what it is called in messages.

    Raises:
        StoreFailed: it cannot be used.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreFailed(f"{what} cannot be used: {error}.") from error
