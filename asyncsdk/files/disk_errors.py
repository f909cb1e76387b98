"""Disk errors: what keeps a file from being read or written becomes ``StoreFailed``."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager

from asyncsdk.errors import StoreFailed

__all__ = ["store_errors", "temporary_store_errors"]


@contextmanager
def store_errors(what: str) -> Generator[None]:
    """Turn errors of the disk into ``StoreFailed``, around every use of a file.

    Args:
        what: what it is called in messages.

    Raises:
        StoreFailed: it cannot be used.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreFailed(f"{what} cannot be used: {error}.") from error


def temporary_store_errors() -> AbstractContextManager[None]:
    """Turn errors of the disk into ``StoreFailed``, around the use of temporary files.

    Raises:
        StoreFailed: they cannot be used.
    """
    return store_errors(f"The folder for temporary files, {tempfile.gettempdir()},")
