"""Streams of the console: how many are open, and that they end with the server."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["Streams"]

MOST_STREAMS = 20


class Streams:
    """The streams that are open, at most so many.

    Args:
        stopping: set when the server stops.
        limit: how many may be open.
    """

    def __init__(self, stopping: asyncio.Event, limit: int = MOST_STREAMS) -> None:
        self.stopping = stopping
        self.limit = limit
        self.open: int = 0
        """How many are open now."""

    @property
    def full(self) -> bool:
        """Whether one more would be one too many."""
        return self.open >= self.limit

    @contextmanager
    def one_more(self) -> Generator[None]:
        """Count one while it is open."""
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1
