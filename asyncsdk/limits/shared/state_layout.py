"""State layout: where the parts of an account's state are in its file, and what guards them.

::

    0        name of the kind
    128      ring of the day's minutes
    8,192    head: serial number, length and checksum of the state; newest minute, checksum of the ring, boot,
             time of day
    8,268    state as JSON
"""

from __future__ import annotations

import os
import struct
import zlib
from math import isfinite
from typing import Final

from attrs import frozen

from asyncsdk import clock
from asyncsdk.limits.shared.account_state import AccountState
from asyncsdk.limits.shared.boot import boot_name, move_times
from asyncsdk.limits.shared.day_ring import RING_BYTES, DayRing
from asyncsdk.limits.shared.state_codec import DamagedState, decode_state, encode_state

__all__ = [
    "EMPTY",
    "HEAD",
    "RING_AT",
    "STATE_AT",
    "KeptState",
    "pack",
    "read_whole",
    "unpack",
]

KIND: Final = b"asyncsdk limits 1\n"
RING_AT: Final = 128
STATE_AT: Final = 8_192
_SERIAL: Final = struct.Struct("<QII")
_GUARDED: Final = struct.Struct("<QII36sd")
HEAD: Final = struct.Struct(_SERIAL.format + _GUARDED.format.removeprefix("<"))

_USUAL: Final = 16_384
"""Bytes that are read at once: most files are shorter."""

_LONGEST: Final = 1 << 22
"""Bytes: no state is longer."""

_SERIALS: Final = 2**64

EMPTY: Final = KIND.ljust(STATE_AT + 4_096, b"\0")
"""A file without a state."""

AT_ONCE: Final = 10.0
"""Seconds: no machine is up again within so short a time, so that another boot's state is another machine's."""


@frozen
class KeptState:
    """State that a file holds."""

    head: bytes
    state: AccountState
    day: DayRing
    other_machine: bool
    """Whether another machine has changed it a moment ago."""


def read_whole(handle: int) -> bytes:
    """All of an open file, as far as it can be a state."""
    data = os.pread(handle, _USUAL, 0)
    while len(data) >= _USUAL and (more := os.pread(handle, _LONGEST, len(data))):
        data += more
        if len(data) > _LONGEST:
            break
    return data


def pack(state: AccountState, day: DayRing, last_head: bytes, boot: str, wall: float) -> tuple[bytes, bytes]:
    """The head and the text of a state that is written after the one with ``last_head``, in a boot, at a time."""
    text = encode_state(state)
    guarded = _GUARDED.pack(*day.newest, day.checksum, boot.encode(), wall)
    checksum = zlib.crc32(text, zlib.crc32(guarded))
    last: int = _SERIAL.unpack_from(last_head)[0] if last_head else 0
    return _SERIAL.pack((last + 1) % _SERIALS, len(text), checksum) + guarded, text


def unpack(data: bytes) -> KeptState:
    """The state in the content of a file.

    Raises:
        DamagedState: there is none that can be used.
    """
    head = data[STATE_AT : STATE_AT + HEAD.size]
    if len(head) < HEAD.size or not data.startswith(KIND):
        raise DamagedState
    _, length, checksum, minute, number, ring_checksum, boot, wall = HEAD.unpack(head)
    text = data[STATE_AT + HEAD.size : STATE_AT + HEAD.size + length]
    ring = DayRing(data[RING_AT : RING_AT + RING_BYTES])
    guarded = zlib.crc32(text, zlib.crc32(head[_SERIAL.size :]))
    if len(text) < length or guarded != checksum or ring.checksum != ring_checksum:
        raise DamagedState
    state = decode_state(text, ring)
    ring.newest = minute, number
    other_machine = boot.rstrip(b"\0") != boot_name().encode() and _from_other_boot(state, wall)
    return KeptState(head, state, ring, other_machine)


def _from_other_boot(state: AccountState, written: float) -> bool:
    """Move a state to this boot's clock, by the time of day; whether another machine wrote it a moment ago."""
    now = clock.monotonic()
    passed = clock.wall() - written if isfinite(written) else 0.0
    # A clock of another machine may be ahead, or this one is not set yet: no state is of the future.
    move_times(state, now - max(0.0, passed) - state.clock)
    return abs(passed) < AT_ONCE
