"""State folder: the folder for what ``asyncsdk login`` keeps, which only its user may look into.

A folder or a file in it that belongs to somebody else, that others may use, or that is a link, is refused: who made
it could read the secrets that are written to it, or choose whose account a command works on.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from asyncsdk.cli.exit_codes import Exit, Failure

__all__ = ["is_there", "made_state_folder", "state_folder"]

PRIVATE: Final = 0o700
"""The rights of the folder: its owner's alone."""


def state_folder() -> Path:
    """Where the folder is, or would be: below ``XDG_STATE_HOME``, or where the platform has such folders.

    Raises:
        Failure: the user has no home folder.
    """
    given = os.environ.get("XDG_STATE_HOME", "")
    try:
        if Path(given).is_absolute():  # the standard says that a relative one is ignored
            return Path(given) / "asyncsdk"
        apple = sys.platform == "darwin"
        return Path.home() / ("Library/Application Support" if apple else ".local/state") / "asyncsdk"
    except (RuntimeError, ValueError):
        raise Failure(Exit.BAD_INPUT, "There is no home folder. Set XDG_STATE_HOME to an absolute path.") from None


def is_there(folder: Path) -> bool:
    """Whether the folder is there; if so, it is checked.

    Raises:
        Failure: it, or a file in it, may be somebody else's.
        OSError: it cannot be read.
    """
    try:
        status = folder.lstat()
    except (FileNotFoundError, NotADirectoryError):  # the home of some services is /dev/null
        return False
    _check(folder, status, stat.S_ISDIR, "folder")
    with os.scandir(folder) as entries:
        for each in entries:
            if not each.name.startswith("."):  # a temporary file, which is never read
                with suppress(FileNotFoundError):  # it is gone meanwhile
                    _check(Path(each.path), each.stat(follow_symlinks=False), stat.S_ISREG, "file")
    return True


def made_state_folder() -> Path:
    """The folder, which is made if it is missing.

    Raises:
        Failure: it, or a file in it, may be somebody else's; or the system has no such rights.
        OSError: it cannot be made.
    """
    if os.name != "posix":
        raise Failure(
            Exit.BAD_INPUT, "asyncsdk login needs a POSIX system, such as Linux or macOS. Set ACTON_TOKEN here."
        )
    folder = state_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(PRIVATE)
    is_there(folder)
    return folder


def _check(path: Path, status: os.stat_result, is_right_kind: Callable[[int], bool], kind: str) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise Failure(Exit.BAD_INPUT, f"{path} is a symbolic link, and is not followed: it must be a {kind}.")
    if not is_right_kind(status.st_mode):
        raise Failure(Exit.BAD_INPUT, f"{path} is no {'regular file' if kind == 'file' else kind}.")
    if status.st_uid != os.geteuid():
        raise Failure(Exit.BAD_INPUT, f"{path} belongs to another user, and is not used.")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise Failure(
            Exit.BAD_INPUT,
            f"{path} can be used by other users. If all in it is yours: chmod go= {path}",
        )
