"""Turn requests and replies: what a process tells the coordinator of an account's limits, and what it is told.

All times are relative, in seconds, so that processes with different clocks understand each other. A request may be
lost, or carried out although its reply is lost: it can be repeated, because calls have numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from attrs import frozen

from asyncsdk.limits.lanes import Lane

__all__ = [
    "INTERACTIVE",
    "LANES",
    "LOGIN",
    "NOBODY",
    "NOTHING",
    "Counts",
    "Grant",
    "Report",
    "TurnReply",
    "TurnRequest",
    "lane_index",
]

LOGIN: Final = 0
"""The lane of logins, which count in a budget of their own."""

INTERACTIVE: Final = 2

LANES: Final = ("login", "token", "interactive", "bulk", "poll")
"""Names of the lanes, by their index."""

Counts: TypeAlias = Sequence[int]
"""A number for each lane."""

NOBODY: Final = (0,) * len(LANES)

NOTHING: Final[Mapping[int, int]] = MappingProxyType({})

_INDEXES: Final = {Lane.TOKEN: 1, Lane.INTERACTIVE: INTERACTIVE, Lane.BULK: 3, Lane.POLL: 4}


def lane_index(lane: Lane, *, login: bool) -> int:
    """The index of a caller's lane."""
    return LOGIN if login else _INDEXES[lane]


@frozen
class Report:
    """Report of what became of a call."""

    number: int
    """The call's number, which its process counts."""

    arrived_ago: float
    """Seconds since the latest moment at which it can have arrived; negative while that is to come."""

    landed: bool
    """Whether the call is over."""

    used: int | None = None
    """Of a block: how many of its places were used, after which no more of them are; the others are given back."""


@frozen
class TurnRequest:
    """Request of one process for turns, with all that it has to report."""

    process: str
    """Name of the process, which no other one has."""

    epoch: str = ""
    """The epoch of the last reply; empty before the first."""

    serial: int = 0
    """The number of this request: one that later ones have overtaken is not carried out. 0: it cannot be."""

    number: int = 0
    """The number of its last call that it knows of. Later ones were granted by a reply that was lost."""

    promise: float = 0.25
    """Seconds from a grant to the departure of its call at most."""

    spare: int = 0
    """Places that it would use now if the coordinator could not be reached."""

    places: int = 5
    period: float = 1.0
    calls_per_day: int = 30_000
    logins_per_hour: int = 5

    want: Counts = NOBODY
    """How many calls wait in each lane."""

    reports: Sequence[Report] = ()
    released: Sequence[int] = ()
    """Numbers of calls that surely never reached the server."""

    throttled: float | None = None
    """Seconds that a 429 asked for, heard since the last request; 0 where it named none."""

    samples: int = 0
    """Round trips seen since the last request."""

    shortest: float = 60.0
    """The shortest round trip that the process has seen."""

    clock: float | None = None
    """The coordinator's clock, as the last reply told it."""

    since: float = 0.0
    """Seconds since the request of that reply was sent."""

    calls: Mapping[int, int] = NOTHING
    """Calls that the coordinator does not know of, by their age in minutes."""

    logins: Sequence[float] = ()
    """The same for logins: seconds since each."""

    told_since: int = 0
    """The number of the request that told these first: they count once, although a reply was lost."""

    alone_for: float = 0.0
    """Seconds for which others may still make calls without the coordinator, if this process did."""

    leaving: bool = False
    """Whether the process ends."""

    block: int = 0
    """Places that it would use in the next moments, of an account that has many; 0: none."""


@frozen
class Grant:
    """Grant of a place to one call, which may be sent now."""

    number: int
    lane: int
    minute: int
    """The minute of the epoch in which it counts."""

    login: float | None = None
    """The time of day of a login, by the coordinator's clock."""

    count: int = 1
    """More than one: a block of places, for calls that are still to come."""


@frozen
class TurnReply:
    """Reply of the coordinator."""

    epoch: str
    clock: float
    grants: Sequence[Grant]
    ask_in: float | None
    """Seconds until the process asks again; None: nobody of it waits for a place."""

    calls_made: int
    calls_reset_in: float
    logins_made: int
    logins_reset_in: float
    paused: float
    """Seconds for which no call is let through."""

    processes: int
    spare: int
    """Places that the process may use if the coordinator cannot be reached."""

    margin: float
    shortest: float
    """The shortest round trip of all processes; 0 before enough were seen."""

    waiting: Counts
    """Calls of other processes that wait, by lane."""

    rivals: Counts
    """Processes that they belong to."""

    places: int
    period: float
    """The account's limit: the highest that a living process was told."""
