"""Damages: counts the values of a queue in Redis that nobody can read, so that one log line tells of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from asyncsdk.fleet.queue_journal.codec import DAMAGES
from asyncsdk.fleet.queue_journal.redis_queue import RedisQueue

__all__ = ["Damages"]

_log = logging.getLogger("asyncsdk")

T = TypeVar("T")
P = ParamSpec("P")


class Damages:
    """Counts what is damaged.

    Args:
        queue: whose values are read.
    """

    def __init__(self, queue: RedisQueue) -> None:
        self._queue = queue
        self._number = 0

    def tried(self, decode: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What is decoded; None if it is damaged."""
        try:
            return decode(*args, **kwargs)
        except DAMAGES:
            self._number += 1
            return None

    def log(self) -> None:
        """Tell how many there were, and begin anew."""
        if self._number:
            _log.error(
                "%d values of the queue %s in Redis at %s are damaged: they are left there, and not sent.",
                self._number,
                self._queue.name,
                self._queue.place,
                extra={"acton_event": "queue_journal_damaged", "acton_queue": self._queue.name},
            )
        self._number = 0
