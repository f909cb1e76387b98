"""Call retention: bounds the memory of the request log by forgetting what is large of older calls."""

from __future__ import annotations

from collections import deque
from typing import Final

from asyncsdk.emulator.server.call import Call

__all__ = ["CallRetention"]

KEPT_BODIES: Final = 1_000
"""So many calls keep their bodies."""

ARGUMENT_BYTES: Final = 64_000_000
"""So many bytes, as they travelled, all arguments together may have."""

CALL_COST: Final = 640
"""Bytes that the arguments of a call count besides their own, so that calls without any are bounded, too."""


class CallRetention:
    """Keeps the bodies of the last 1,000 calls, and the arguments of the last ones up to 64 MB.

    Args:
        bodies: so many calls keep their bodies.
        argument_bytes: so many bytes all arguments together may have.
    """

    def __init__(self, bodies: int = KEPT_BODIES, argument_bytes: int = ARGUMENT_BYTES) -> None:
        self._with_body: deque[Call] = deque()
        self._with_arguments: deque[tuple[Call, int]] = deque()
        self._bodies = bodies
        self._left = argument_bytes

    def arrived(self, call: Call) -> None:
        """Note a call, whose bodies will be kept."""
        self._with_body.append(call)
        while len(self._with_body) > self._bodies:
            self._with_body.popleft().forget_bodies()

    def keep_arguments(self, call: Call, size: int) -> None:
        """Note a call's arguments, and how many bytes they had."""
        self._with_arguments.append((call, size + CALL_COST))
        self._left -= size + CALL_COST
        while self._left < 0:
            oldest, freed = self._with_arguments.popleft()
            oldest.forget_arguments()
            self._left += freed

    def clear(self) -> None:
        """Forget all calls."""
        self._with_body.clear()
        self._left += sum(size for _, size in self._with_arguments)
        self._with_arguments.clear()
