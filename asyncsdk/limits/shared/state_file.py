"""State file: the state of an account's limits in a small file, which the processes of one machine share.

It is read and written under a lock that is never waited for, and that the kernel frees when its holder dies. It need
not outlive a boot, so nothing waits for the disk. At its beginning are the name of its kind and of the boot, then the
ring of the day's minutes, then the state, with a checksum: what a process that was killed has written in part is
noticed.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
import weakref
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from asyncsdk import clock
from asyncsdk.files.file_lock import lock_functions
from asyncsdk.limits.shared.account_state import AccountState, DayCount
from asyncsdk.limits.shared.boot import boot_name
from asyncsdk.limits.shared.day_ring import DayRing
from asyncsdk.limits.shared.state_codec import DamagedState, decode_state, encode_state
from asyncsdk.limits.shared.stuck_file import replace_stuck

__all__ = ["LockHeld", "StateFile"]

R = TypeVar("R")

KIND: Final = b"asyncsdk limits 1\n"
_BOOT_AT: Final = 32
_BOOT_BYTES: Final = 64
_RING_AT: Final = 128
_STATE_AT: Final = 8_192
_HEAD: Final = struct.Struct("<QII")
"""Serial number of the change, length and checksum of the state."""

_USUAL: Final = 4_096
"""Bytes that are read at once: most states are shorter."""

_LONGEST: Final = 1 << 22

STUCK_AFTER: Final = 0.3
"""Seconds after which the holder of the lock counts as stopped: its work takes a ten-thousandth of that."""


class LockHeld(Exception):
    """Another process changes the state at this moment, or has replaced the file: try again at once."""


class StateFile:
    """Account state in a file.

    Args:
        path: the file; it is created if it is missing.
        begin: makes a state where there is none that can be used. It gets an empty count of the day, and whether the
            file held something, which is damaged or of another boot.
    """

    def __init__(self, path: Path, begin: Callable[[DayCount, bool], AccountState]) -> None:
        self._path = path
        self._begin = begin
        self._handle: int | None = None
        self._closer: weakref.finalize[[int], StateFile] | None = None
        self._inode: tuple[int, int] = (0, 0)
        self._head = b""
        self._state: AccountState | None = None
        self._held_since: tuple[tuple[int, int], float] | None = None

    def change(self, step: Callable[[AccountState], R]) -> R:
        """Carry out one step on the state, and keep what it changed.

        Raises:
            LockHeld: not now.
            OSError: the file cannot be used.
        """
        handle = self._locked()
        try:
            result = step(self._load(handle))
            self._save(handle)
            if not self._is_in_place():
                self._state = None
                raise LockHeld
            return result
        except BaseException:
            self._state = None
            raise
        finally:
            _unlock(handle)

    def close(self) -> None:
        """Close the file."""
        self._handle = self._state = None
        if self._closer is not None:
            self._closer()

    def _locked(self) -> int:
        """The file, open and locked."""
        if self._handle is None or not self._is_in_place():
            self.close()
            self._open()
        assert self._handle is not None
        if not _try_lock(self._handle):
            self._note_held()
            raise LockHeld
        self._held_since = None
        if not self._is_in_place():
            _unlock(self._handle)
            raise LockHeld
        return self._handle

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            os.close(handle)
            raise OSError(errno.EINVAL, "it is no regular file")
        self._handle, self._inode = handle, (status.st_dev, status.st_ino)
        self._closer = weakref.finalize(self, os.close, handle)  # also if nobody calls close
        self._head, self._state = b"", None

    def _is_in_place(self) -> bool:
        """Whether the open file is still the one of that name."""
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            return False
        return (status.st_dev, status.st_ino) == self._inode

    def _load(self, handle: int) -> AccountState:
        """The state; what was read or written last, if nobody has changed it since."""
        data = os.pread(handle, _USUAL, _STATE_AT)
        head = data[: _HEAD.size]
        if self._state is not None and head == self._head:
            return self._state
        self._head = head
        state = self._read(handle, data)
        if state is None:
            state = self._new(handle, damaged=os.fstat(handle).st_size > 0)
        self._state = state
        return state

    def _read(self, handle: int, data: bytes) -> AccountState | None:
        """The state that the file holds; None if there is none that can be used, or it is of another boot."""
        if len(data) < _HEAD.size or not _is_of_this_boot(handle):
            return None
        _, length, checksum = _HEAD.unpack_from(data)
        if length > _LONGEST:
            return None
        text = data[_HEAD.size : _HEAD.size + length]
        if len(text) < length:
            text += os.pread(handle, length - len(text), _STATE_AT + len(data))
        if len(text) < length or zlib.crc32(text) != checksum:
            return None
        try:
            return decode_state(text, DayRing(handle, _RING_AT))
        except DamagedState:
            return None

    def _new(self, handle: int, *, damaged: bool) -> AccountState:
        os.ftruncate(handle, 0)
        start = KIND.ljust(_BOOT_AT, b"\0") + boot_name().encode().ljust(_BOOT_BYTES, b"\0")
        # What is allocated now can be written even when the disk is full.
        os.pwrite(handle, start.ljust(_STATE_AT + _USUAL, b"\0"), 0)
        return self._begin(DayRing(handle, _RING_AT), damaged)

    def _save(self, handle: int) -> None:
        assert self._state is not None
        text = encode_state(self._state)
        serial = _HEAD.unpack(self._head)[0] + 1 if len(self._head) == _HEAD.size else 1
        self._head = _HEAD.pack(serial % 2**64, len(text), zlib.crc32(text))
        os.pwrite(handle, self._head + text, _STATE_AT)

    def _note_held(self) -> None:
        """Replace the file if its lock is held by a process that is stopped: nobody waits for that one to go on."""
        now = clock.monotonic()
        if self._held_since is None or self._held_since[0] != self._inode:
            self._held_since = (self._inode, now)
        elif now - self._held_since[1] > STUCK_AFTER:
            self._held_since = None
            replace_stuck(self._path, self._inode)


def _is_of_this_boot(handle: int) -> bool:
    start = os.pread(handle, _BOOT_AT + _BOOT_BYTES, 0)
    return start[: len(KIND)] == KIND and start[_BOOT_AT:].rstrip(b"\0") == boot_name().encode()


_try_lock, _unlock = lock_functions()
