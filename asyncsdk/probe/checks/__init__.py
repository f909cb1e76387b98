"""Checks: one module a subject."""

from __future__ import annotations

from typing import Final

from asyncsdk.probe.check import Check
from asyncsdk.probe.checks import account

__all__ = ["ALL_CHECKS"]

ALL_CHECKS: Final[tuple[Check, ...]] = (*account.CHECKS,)
"""Every check; those that only read come first."""
