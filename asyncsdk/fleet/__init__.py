"""Fleet: one account, its limits and its token, for many processes on many machines; they meet in Redis.

It needs ``pip install "asyncsdk[fleet]"``.
"""

from __future__ import annotations

from asyncsdk.errors import FleetUnavailable

__all__ = ["FleetUnavailable"]
