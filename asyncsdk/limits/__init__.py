"""Rate limiting: a sliding window, a fair wait queue and the daily quota."""

from __future__ import annotations

from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.limits.protocol import Place, RateLimiter, SessionLimiter

__all__ = ["Limits", "Place", "RateLimiter", "SessionLimiter", "Usage"]
