"""How a process of the benchmark of work tells what it has done."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from attrs import frozen

__all__ = ["Tell", "Work"]


@frozen
class Tell:
    """Writes a line of JSON to the standard output, in one piece."""

    who: str

    def __call__(self, what: str, value: object = None) -> None:
        """Tell something: it is out when this returns."""
        line = json.dumps([self.who, os.getpid(), what, value, time.monotonic()])
        os.write(1, line.encode() + b"\n")


Work: TypeAlias = Callable[[Mapping[str, Any], Tell], Awaitable[None]]
"""What a process does, by its settings."""
