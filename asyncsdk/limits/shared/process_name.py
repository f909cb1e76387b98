"""Process name: what a member of an account is called, so that people find the process again."""

from __future__ import annotations

import os
import re
import secrets
import socket
import sys
from pathlib import PurePath
from typing import Final

__all__ = ["process_name"]

LONGEST: Final = 20
"""Characters of each part at most: the name is written with each call."""

_UNUSUAL: Final = re.compile(r"[^A-Za-z0-9._-]+")


def process_name(program: str | None = None, host: str | None = None) -> str:
    """A name that no other member has: program, process id, host, and a random part.

    It is like ``uvicorn-4711@web-1/9f3c21d0``, and has no more than 80 characters of ASCII.

    Args:
        program: how this process was started; by default the first word of its command line. Only the name of the
            file is told, never its folder or an argument.
        host: the name of the machine; by default its own.
    """
    machine = (socket.gethostname() if host is None else host).partition(".")[0]
    started = PurePath((sys.argv[:1] or [""])[0] if program is None else program)
    # A package that is run with -m is known by its own name.
    file = started.parent.name if started.name == "__main__.py" else started.name.removesuffix(".py")
    return f"{_short(file, 'python')}-{os.getpid()}@{_short(machine, 'host')}/{secrets.token_hex(4)}"


def _short(text: str, default: str) -> str:
    return _UNUSUAL.sub("_", text[:LONGEST]).strip("-_.") or default
