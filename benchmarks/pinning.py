"""Keeps a process on one CPU, so that client and server do not push each other around."""

from __future__ import annotations

import os

__all__ = ["pin"]


def pin(cpu: int) -> bool:
    """Run on this CPU only, where the system can do that and has that many; tells whether it does."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        return False
    os.sched_setaffinity(0, {allowed[cpu % len(allowed)]})
    return True
