"""Keys of a queue in Redis: ``asyncsdk:queue:{sign-ups}:rows``. The braces keep them in one slot of a cluster."""

from __future__ import annotations

from typing import Final

from asyncsdk.redis.account_keys import checked_name
from asyncsdk.redis.lease import Right

__all__ = [
    "DUE",
    "HELD",
    "KEPT",
    "KEPT_AT",
    "LEAD",
    "MARKS",
    "META",
    "ROWS",
    "TOLD",
    "UNSAVED",
    "WAITS",
    "QueueKeys",
    "checked_queue",
]

META: Final = 1
"""Hash about the queue itself: ``version``, ``list``, ``owner``, ``columns``, ``term``, ``flush``, ``flushed``,
``trouble``, ``pace``. These numbers are the places of the keys in all scripts, from 1 on, as Lua counts."""

FENCE: Final = 2
"""The name of the lease of the process that was the last to send."""

ROWS: Final = 3
"""Stream of the rows that were put; the id of each is its number."""

KEPT: Final = 4
"""Hash of the rows that the sender wrote again, because it merged them, or because Redis lost them; by id."""

KEPT_AT: Final = 5
"""Sorted set of the ids of these rows, by the time of Redis in ms."""

MARKS: Final = 6
"""Hash of the rows that are on their way, by id: the job, and until when they may arrive."""

HELD: Final = 7
"""Hash of the addresses for which nothing is to be sent: until when."""

UNSAVED: Final = 8
"""Hash of the rows that were given up, by id."""

DUE: Final = 9
"""Sorted set of those whose outcome somebody waits for, by the time at which they are reported all the same."""

WAITS: Final = 10
"""Hash of the rows that somebody waits for, by id: the outcome; empty as long as there is none."""

TOLD: Final = 11
"""Sorted set of those that have an outcome, by the time at which it was told."""

LEAD: Final = 12
"""The name of the lease of the process that sends."""

_PARTS: Final = (
    "meta",
    "fence",
    "rows",
    "kept",
    "kept-at",
    "marks",
    "held",
    "unsaved",
    "due",
    "waits",
    "told",
    "lead",
)


def checked_queue(name: object) -> str:
    """The name of a queue, as it stands in keys.

    Raises:
        InvalidArgument: it is no such name.
    """
    return checked_name(name, "a queue's journal", "sign-ups")


class QueueKeys:
    """The keys of a queue.

    Args:
        name: the name of the queue, which was checked.
    """

    def __init__(self, name: str) -> None:
        self.all: Final = tuple(f"asyncsdk:queue:{{{name}}}:{part}" for part in _PARTS)
        """All keys, as scripts take them."""

        self.lead: Final = Right(f"to send the rows of the queue {name}", self[LEAD], self[FENCE])
        """The right to send the rows."""

    def __getitem__(self, place: int) -> str:
        """The key at a place, such as ``ROWS``."""
        return self.all[place - 1]
