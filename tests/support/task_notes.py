"""Notes of tasks: what they do and when, a line of JSON each, short enough to be written in one piece."""

from __future__ import annotations

import json
import os
import time

__all__ = ["note"]


def note(path: str, what: str, name: str) -> None:
    """Write one line at the end of a file."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, json.dumps([os.getpid(), what, name, time.monotonic()]).encode() + b"\n")
    os.close(file)
