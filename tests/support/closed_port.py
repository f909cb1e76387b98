"""Closed port: one on which nobody listens, and that nobody else gets until a test's own server takes it.

Ports that the system gives out itself begin at 32,768: one of these may have another owner a moment later, as may
that of a server that is killed and started again.
"""

from __future__ import annotations

import random
import socket
from typing import Final

__all__ = ["closed_port"]

PORTS: Final = range(10_000, 22_000)
"""10,000 above, where Redis listens for a cluster, is free as well."""

_CHANCE: Final = random.SystemRandom()
"""Not the generator that Hypothesis sets, with which all processes of a run would get the same port."""


def closed_port() -> int:
    """A port of this machine."""
    while True:
        port = _CHANCE.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
