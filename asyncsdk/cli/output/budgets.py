"""Budgets in words: the calls of a day and the logins of an hour, as several commands tell them."""

from __future__ import annotations

from math import ceil

__all__ = ["calls_left", "logins_left"]


def calls_left(number: int, reset_in: float) -> str:
    """How many calls are left, and when there will be more."""
    return f"Calls left: {number:,}{_reset('call', reset_in)}"


def logins_left(number: int, reset_in: float) -> str:
    """How many logins are left, and when there will be more."""
    return f"Logins left this hour: {number:,}{_reset('login', reset_in)}"


def _reset(what: str, seconds: float) -> str:
    if not seconds:
        return ""
    hours, minutes = divmod(ceil(seconds / 60), 60)
    return f" (the oldest {what} stops counting in {f'{hours} h ' if hours else ''}{minutes} min)"
