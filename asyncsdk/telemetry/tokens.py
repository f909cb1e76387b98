"""Events of tokens: renewals, which all calls of a session share, and what a call waits for them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

from asyncsdk.telemetry.outcome import Outcome

__all__ = ["RenewalEnded", "RenewalStarted", "TokenSourceName", "TokenWaited"]

TokenSourceName: TypeAlias = Literal["store", "refresh", "login"]
"""Where a new token came from: another process had kept it; a refresh token; a login, of which there are few."""


@frozen
class RenewalStarted:
    """A token renewal begins, in a task of its own that all calls share: it belongs to none of them."""

    renewal: int
    """The renewal's number, unique in this process."""


@frozen
class RenewalEnded:
    """A token renewal is over."""

    renewal: int
    """The number of ``RenewalStarted``."""

    outcome: Outcome
    """``ok``: there is a new token; ``cancelled``: the session was closed meanwhile."""

    source: TokenSourceName | None
    """Where the token came from; None if there is none."""

    error: str | None
    """The name of the error's class; None if there is none."""

    seconds: float
    """How long it took, with the waits between two tries."""


@frozen
class TokenWaited:
    """A call has waited for a token."""

    call: int
    """The call's number."""

    outcome: Outcome
    """``ok``: it has one."""

    seconds: float
    """How long it waited."""
