"""Pause policy: how long a session pauses, where it is the session that decides to wait."""

from __future__ import annotations

from math import inf

from attrs import frozen

__all__ = ["PausePolicy"]


@frozen(eq=False, repr=False)
class PausePolicy:
    """Pause policy: pauses as long as they should be, or, against the emulator of a test, next to none.

    It shortens what would be waited for, and nothing else: a wait that is too long to begin is refused as ever.
    """

    longest: float = inf
    """Seconds that any pause lasts at most."""

    @property
    def is_short(self) -> bool:
        """Whether pauses may be shorter than they should be."""
        return self.longest < inf

    def seconds(self, wanted: float) -> float:
        """Seconds to wait where so many should be waited for."""
        return min(wanted, self.longest)
