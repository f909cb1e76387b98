"""Outcome: how an operation ended, and the name of the error that ended it."""

from __future__ import annotations

import asyncio
from typing import Literal, TypeAlias

__all__ = ["Outcome", "error_name", "outcome_of"]

Outcome: TypeAlias = Literal["ok", "error", "cancelled"]
"""``ok``, ``error``, or ``cancelled`` where the task was cancelled or the program left a stream before its end."""


def outcome_of(error: BaseException | None) -> Outcome:
    """The outcome of an operation that ended with this error, or with none."""
    if error is None:
        return "ok"
    return "cancelled" if isinstance(error, (asyncio.CancelledError, GeneratorExit)) else "error"


def error_name(error: BaseException | None) -> str | None:
    """The name of the error's class; its text is never shown. None: nothing failed."""
    return type(error).__name__ if outcome_of(error) == "error" else None
