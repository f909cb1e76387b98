"""State file: the state of an account's limits in a small file, which the processes of one machine share.

It is read and written under a lock that is never waited for, and that the kernel frees when its holder dies.
Nothing waits for the disk: what a crash of the machine loses was over before it is up again. What a process that
was killed has written in part is noticed by the checksums.
"""

from __future__ import annotations

import errno
import os
import stat
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from asyncsdk import clock
from asyncsdk.files.file_lock import lock_functions
from asyncsdk.limits.shared import state_layout as layout
from asyncsdk.limits.shared.account_state import AccountState, DayCount
from asyncsdk.limits.shared.boot import boot_name
from asyncsdk.limits.shared.day_ring import DayRing
from asyncsdk.limits.shared.state_codec import DamagedState
from asyncsdk.limits.shared.stuck_file import replace_stuck, stuck_since

__all__ = ["LockHeld", "StateFile", "read_state"]

R = TypeVar("R")

STUCK_AFTER: Final = 0.2
STUCK_TRIES: Final = 10
"""Seconds and tries after which the holder of the lock counts as stopped: its work takes some ten microseconds."""

_LOOKS: Final = 20
_BETWEEN_LOOKS: Final = 0.001
"""How often a state is looked at that another process is just writing, and the seconds in between."""


_COARSE: Final = 0.05
"""Seconds by which the time of a file's change may be too early."""


class LockHeld(Exception):
    """Another process changes the state at this moment, or has replaced the file: try again at once."""


class StateFile:
    """Account state in a file.

    Args:
        path: the file; it is created if it is missing.
        begin: makes a state where there is none that can be used. It gets an empty count of the day, the time until
            which calls may have been let through that nothing is known of, and whether the file is new.
        on_other_machine: called when another machine has changed the state a moment ago.
    """

    def __init__(
        self,
        path: Path,
        begin: Callable[[DayCount, float, bool], AccountState],
        on_other_machine: Callable[[], None] = lambda: None,
    ) -> None:
        self._path = path
        self._begin = begin
        self._on_other_machine = on_other_machine
        self._handle: int | None = None
        self._closer: weakref.finalize[[int], StateFile] | None = None
        self._process = 0
        self._inode: tuple[int, int] = (0, 0)
        self._head = b""
        self._state: AccountState | None = None
        self._day = DayRing()
        self._deleted = b""
        self._held: tuple[tuple[int, int], bytes] | None = None
        self._held_since = 0.0
        self._held_tries = 0

    def change(self, step: Callable[[AccountState], R]) -> R:
        """Carry out one step on the state, and keep what it changed.

        Raises:
            LockHeld: not now.
            OSError: the file cannot be used.
        """
        try_lock, unlock = lock_functions()
        handle = self._locked(try_lock)
        try:
            state = self._load(handle)
            result = step(state)
            self._save(handle, state)
            if not self._is_in_place():  # it was replaced, because this process was stopped meanwhile
                raise LockHeld
            return result
        except BaseException:
            self._state = None
            raise
        finally:
            unlock(handle)

    def close(self) -> None:
        """Close the file."""
        self._handle = self._state = None
        if self._closer is not None:
            self._closer()

    def _locked(self, try_lock: Callable[[int], bool]) -> int:
        """The file, open and locked."""
        if self._process != os.getpid():  # a lock is shared with the process that this one was forked from
            self.close()
        for _ in range(2):
            handle = self._handle if self._handle is not None else self._open()
            if not try_lock(handle):
                if self._is_replaced():
                    self.close()
                    continue
                self._note_held(handle)
                raise LockHeld
            if self._is_in_place():
                self._held = None
                return handle
            self._deleted = layout.read_whole(handle)
            self.close()
        raise LockHeld

    def _open(self) -> int:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = _opened(self._path, os.O_RDWR | os.O_CREAT)
        status = os.fstat(handle)
        self._handle, self._inode, self._process = handle, (status.st_dev, status.st_ino), os.getpid()
        self._closer = weakref.finalize(self, os.close, handle)  # also if nobody calls close
        self._head, self._state = b"", None
        return handle

    def _is_in_place(self) -> bool:
        """Whether the open file is still the one of that name."""
        try:
            status = os.lstat(self._path)
        except FileNotFoundError:
            return False
        return (status.st_dev, status.st_ino) == self._inode

    def _is_replaced(self) -> bool:
        """Whether there is another file of that name."""
        return os.path.lexists(self._path) and not self._is_in_place()

    def _load(self, handle: int) -> AccountState:
        """The state; what was read or written last, if nobody has changed it since."""
        if self._state is not None and os.pread(handle, layout.HEAD.size, layout.STATE_AT) == self._head:
            return self._state
        data = layout.read_whole(handle)
        if not data and self._deleted:  # the name was deleted, and this process still had the file open
            data = self._deleted
            _write(handle, data, 0)
        self._deleted = b""
        try:
            kept = layout.unpack(data)
        except DamagedState:
            return self._new(handle, data)
        self._head, self._state, self._day = kept.head, kept.state, kept.day
        if kept.other_machine:
            self._on_other_machine()
        return kept.state

    def _new(self, handle: int, data: bytes) -> AccountState:
        since = _unknown_since(handle, data)
        os.ftruncate(handle, 0)
        # What is allocated now can be written even when the disk is full.
        _write(handle, layout.EMPTY, 0)
        self._head, self._day = b"", DayRing()
        self._state = self._begin(self._day, since, not data)
        return self._state

    def _save(self, handle: int, state: AccountState) -> None:
        for offset, data in self._day.take_changes():
            _write(handle, data, layout.RING_AT + offset)
        self._head, text = layout.pack(state, self._day, self._head, boot_name(), clock.wall())
        _write(handle, self._head + text, layout.STATE_AT)

    def _note_held(self, handle: int) -> None:
        """Replace the file if its lock is held by a process that is stopped: nobody waits for that one to go on."""
        now = clock.monotonic()
        held = self._inode, os.pread(handle, layout.HEAD.size, layout.STATE_AT)
        if held != self._held:
            self._held, self._held_since, self._held_tries = held, now, 0
        self._held_tries += 1
        if self._held_tries > STUCK_TRIES and now - self._held_since > STUCK_AFTER:
            replace_stuck(
                self._path,
                self._inode,
                self._held_since,
                lambda: os.pread(handle, layout.HEAD.size, layout.STATE_AT) != held[1],
            )
            self._held = None
            self.close()


def read_state(path: Path) -> AccountState | None:
    """The state as it was written last, to look at: nothing is locked, changed or created.

    Returns:
        The state; None if no process has used the file.

    Raises:
        DamagedState: the file holds none.
        OSError: the file cannot be read.
    """
    try:
        handle = _opened(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        for look in range(_LOOKS):
            data = layout.read_whole(handle)
            if not data:
                return None
            try:
                return layout.unpack(data).state
            except DamagedState:
                if look == _LOOKS - 1:
                    raise
            time.sleep(_BETWEEN_LOOKS)  # another process may write at this moment
        return None
    finally:
        os.close(handle)


def _unknown_since(handle: int, data: bytes) -> float:
    """The time until which a state that is lost may have let calls through: its file was changed last then."""
    now = clock.monotonic()
    if (since := stuck_since(data)) is not None:
        return min(now, since)
    passed = clock.wall() - os.fstat(handle).st_ctime
    return now - max(0.0, passed - _COARSE)


def _opened(path: Path, flags: int) -> int:
    """Open a regular file; a pipe is not waited for, and a link is not followed to a file of another name."""
    try:
        handle = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "it is a symbolic link") from error
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is no regular file")
    return handle


def _write(handle: int, data: bytes, offset: int) -> None:
    """Write all of it.

    Raises:
        OSError: the disk is full.
    """
    if os.pwrite(handle, data, offset) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
