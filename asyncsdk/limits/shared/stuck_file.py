"""Stuck file: replaces a locked file whose holder was stopped in the middle of its work.

The new file is empty, so that whoever opens it begins anew and waits until all calls that it cannot know of are over.
The stopped process finds, when it goes on, that its file has lost its name, and that what it did does not count.
"""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["replace_stuck"]

CLAIM_SECONDS: Final = 5.0
"""Seconds after which a claim is one of a process that died between claiming and replacing."""


def replace_stuck(path: Path, inode: tuple[int, int]) -> None:
    """Put a new file in the place of the one with this inode; only one process does it.

    Raises:
        OSError: the folder cannot be written.
    """
    claim = Path(f"{path}.stuck-{inode[1]}")
    if not _claimed(claim):
        return
    try:
        if _inode_of(path) == inode:
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            # One byte, which is no state: a file that is empty may be the first of its name.
            os.write(handle, b"!")
            os.close(handle)
            Path(name).replace(path)
    finally:
        claim.unlink(missing_ok=True)


def _claimed(claim: Path) -> bool:
    for _ in range(2):
        try:
            os.close(os.open(claim, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            with suppress(FileNotFoundError):
                if time.time() - claim.stat().st_mtime > CLAIM_SECONDS:
                    claim.unlink()
                    continue
            return False
        return True
    return False


def _inode_of(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
