"""Log-normal distribution of durations."""

from __future__ import annotations

from math import erfc, exp, log, pi, sqrt
from typing import Final

__all__ = ["NEGLIGIBLE_SHARE", "LogNormal"]

NEGLIGIBLE_SHARE: Final = 1e-4
"""Of fewer durations than this share the distribution says nothing."""

NEAR: Final = 0.02
"""Share of the spread by which means and spreads differ little."""

_ROOT_HALF: Final = sqrt(0.5)
_DENSITY_AT_ZERO: Final = 1 / sqrt(2 * pi)


class LogNormal:
    """Log-normal distribution.

    Args:
        mean: of the duration's natural logarithm.
        spread: the standard deviation of that logarithm.
    """

    __slots__ = ("_average", "_mean", "_spread")

    def __init__(self, mean: float, spread: float) -> None:
        self._mean = mean
        self._spread = spread
        self._average = exp(mean + spread**2 / 2)

    def at(self, age: float) -> tuple[float, float, float]:
        """The share of durations up to this age, that share's integral from 0 on, and its slope."""
        if age <= 0:
            return 0.0, 0.0, 0.0
        standard = (log(age) - self._mean) / self._spread
        done = erfc(-standard * _ROOT_HALF) / 2
        area = age * done - self._average * erfc((self._spread - standard) * _ROOT_HALF) / 2
        return done, area, _DENSITY_AT_ZERO * exp(standard * standard / -2) / (self._spread * age)

    def is_near(self, mean: float, spread: float) -> bool:
        """Whether one of this mean and spread differs so little that either will do."""
        off = NEAR * spread
        return abs(self._mean - mean) <= off and abs(self._spread - spread) <= off

    def log_moments_between(self, earliest: float, latest: float) -> tuple[float, float]:
        """Mean and variance of the logarithm of a duration that lies between these two (a truncated normal)."""
        mean, spread = self._mean, self._spread
        high = (log(latest) - mean) / spread
        share, at_high = erfc(-high * _ROOT_HALF) / 2, exp(high * high / -2) * _DENSITY_AT_ZERO
        shift, bend = -at_high, -high * at_high
        if earliest > 0:
            low = (log(earliest) - mean) / spread
            at_low = exp(low * low / -2) * _DENSITY_AT_ZERO
            share -= erfc(-low * _ROOT_HALF) / 2
            shift += at_low
            bend += low * at_low
        if share < NEGLIGIBLE_SHARE:
            return log((earliest + latest) / 2), 0.0
        shift /= share
        return mean + spread * shift, spread**2 * max(0.0, 1 + bend / share - shift**2)
