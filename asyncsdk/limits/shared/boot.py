"""Boot of the machine: what tells one from the next, whose clocks have nothing to do with each other."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["boot_name"]

_LINUX: Final = Path("/proc/sys/kernel/random/boot_id")


def boot_name() -> str:
    """The name of this boot; empty where the system has none. There a clock that went back tells of a new boot."""
    try:
        return _LINUX.read_text().strip()[:64]
    except (OSError, UnicodeDecodeError):
        return ""
