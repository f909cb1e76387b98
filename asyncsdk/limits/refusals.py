"""Refusals of a limiter: the errors that say which budget is spent, and when it lets a call through again."""

from __future__ import annotations

from asyncsdk.errors import QuotaExhausted

__all__ = ["day_spent", "logins_spent", "max_wait_exceeded", "pause_too_long"]


def pause_too_long(left: float, longest: float) -> QuotaExhausted:
    """The server asks for a pause that is longer than callers wait."""
    return QuotaExhausted(
        "pause",
        left,
        f"Act-On asks for a pause of {left:,.0f} s more, which is longer than longest_pause,"
        f" {longest:g} s. Nothing was sent.",
    )


def logins_spent(logins: int, resets_in: float) -> QuotaExhausted:
    """The logins of the hour are spent."""
    return QuotaExhausted(
        "logins",
        resets_in,
        f"All {logins} logins of the last hour are spent, and one more could lock the"
        f" account out; the next is free in {resets_in:,.0f} s. Nothing was sent.",
    )


def day_spent(calls: int, resets_in: float) -> QuotaExhausted:
    """The calls of the day are spent."""
    return QuotaExhausted(
        "day",
        resets_in,
        f"All {calls:,} calls of the last 24 hours are spent; the next is free in"
        f" {resets_in:,.0f} s. Nothing was sent.",
    )


def max_wait_exceeded(wait: float, max_wait: float) -> QuotaExhausted:
    """A caller would wait longer than it may."""
    return QuotaExhausted(
        "second",
        wait,
        f"So many calls are waiting that this one would wait longer than max_wait, {max_wait:g} s."
        " Nothing was sent.",
    )
