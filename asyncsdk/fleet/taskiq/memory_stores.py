"""Delayed tasks and dead letters in memory: for a broker that lives in one process, and ends with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from attrs import evolve

from asyncsdk import clock
from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from asyncsdk.fleet.taskiq.dead_letter_store import MOST_LETTERS
from asyncsdk.fleet.taskiq.delivery import Delivery

__all__ = ["MemoryDeadLetters", "MemoryDelays"]

_log: Final = logging.getLogger("asyncsdk")

Send: TypeAlias = Callable[[bytes], Awaitable[None]]
"""Gives a message to a worker."""


class MemoryDelays:
    """Delayed tasks of one process.

    Args:
        send: where they go when they are due.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    async def put(
        self, data: bytes, seconds: float, delivery: Delivery | None = None, *, token: str | None = None
    ) -> None:
        """Let a message wait for so many seconds; it has no delivery here, and nothing makes it come twice."""
        del delivery, token
        task = asyncio.get_running_loop().create_task(self._send_later(data, seconds), name="asyncsdk delayed task")
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    def end(self) -> None:
        """Forget them, as the process ends."""
        if self._waiting:
            _log.warning(
                "%s delayed tasks end with this process: they were only in its memory.",
                len(self._waiting),
                extra={"acton_event": "tasks_lost"},
            )
        for task in self._waiting:
            task.cancel()

    async def _send_later(self, data: bytes, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._send(data)


class MemoryDeadLetters:
    """Dead letters of one process.

    Args:
        send: where a message goes that is tried again.
        most: letters that are kept; a further one takes the place of the oldest.
    """

    def __init__(self, send: Send, most: int = MOST_LETTERS) -> None:
        self._send = send
        self._most = most
        self._letters: dict[str, DeadLetter] = {}

    async def add(self, letter: DeadLetter, delivery: Delivery | None = None) -> None:
        """Keep a letter; a second one with the same id changes nothing. It has no delivery here."""
        del delivery
        self._letters.setdefault(letter.id, evolve(letter, died_at=clock.wall()))
        if len(self._letters) > self._most:
            del self._letters[next(iter(self._letters))]

    async def letters(self, most: int) -> Sequence[DeadLetter]:
        """The newest letters, without the messages: ``data`` is empty."""
        return [evolve(letter, data=b"") for letter in reversed(self._letters.values())][:most]

    async def retry(self, letter_id: str) -> bool:
        """Run the task of a letter again; False: there is no such letter."""
        letter = self._letters.pop(letter_id, None)
        if letter is None:
            return False
        await self._send(letter.data)
        return True

    async def drop(self, letter_id: str) -> bool:
        """Forget a letter; False: there is no such letter."""
        return self._letters.pop(letter_id, None) is not None
