"""Worker: the part of a broker that is given messages, says that it still has them, and gives them back."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Final

from attrs import frozen

from asyncsdk.errors import ActOnError
from asyncsdk.fleet.taskiq.dead_letter import DeadLetterSink
from asyncsdk.fleet.taskiq.delays import DelayedTasks
from asyncsdk.fleet.taskiq.given_up import letter_of
from asyncsdk.fleet.taskiq.held_messages import HeldMessages
from asyncsdk.fleet.taskiq.patience import RedisPatience
from asyncsdk.fleet.taskiq.task_reader import ReadTask
from asyncsdk.fleet.taskiq.task_stream import TaskMessage, TaskStream, is_missing
from asyncsdk.redis.redis_errors import REDIS_ERRORS, is_away

__all__ = ["Worker", "WorkerRules"]

_log = logging.getLogger("asyncsdk")

BLOCK_SECONDS: Final = 2.0
"""Seconds that one request waits for a new message."""

COMING_BACK_SECONDS: Final = 3.0
"""Seconds that the others have at least, after Redis was away, to say that they live."""

CROWDED_SECONDS: Final = 1.0
"""Seconds until the next look for messages of dead workers where one was passed over."""

MOVING_SECONDS: Final = (0.7, 1.3)
"""Bounds of the random seconds between two looks for delayed tasks that are due."""

UNWINDING_SECONDS: Final = 2.0
"""Seconds that a task that was cancelled may take to come to its end."""

GIVING_BACK_SECONDS: Final = 1.0
"""Seconds that a worker that ends spends on giving back what it has."""

_FAILURES: Final = (*REDIS_ERRORS, ActOnError)


@frozen
class WorkerRules:
    """Rules that all workers of a queue should have in common."""

    idle_seconds: float
    """Seconds after which a worker that says nothing has lost its messages."""
    deliveries: int
    """How often a message is given to a worker."""


class Worker:
    """One worker of a queue.

    Args:
        stream: the stream of the queue.
        held: the messages that it has.
        rules: how long a worker may be silent, and how often a message is tried.
        read: says what a message is.
        dead_letters: where messages go that were given to workers often enough.
        patience: waits while Redis is away.
    """

    def __init__(
        self,
        stream: TaskStream,
        held: HeldMessages,
        rules: WorkerRules,
        read: Callable[[bytes], ReadTask],
        dead_letters: DeadLetterSink,
        patience: RedisPatience,
    ) -> None:
        self._stream = stream
        self._held = held
        self._rules = rules
        self._read = read
        self._dead_letters = dead_letters
        self._patience = patience
        self._next_look = time.monotonic()

    async def next(self) -> TaskMessage:
        """The next message to run: one of a dead worker, or a new one. It is held from here on."""
        while True:
            try:
                message = await self._of_dead_workers() or await self._new()
            except _FAILURES as error:
                await self._mend(error)
                # Nobody could say that he lives: the others say it now, before anybody is taken for dead.
                self._next_look = time.monotonic() + max(COMING_BACK_SECONDS, self._rules.idle_seconds * 2 / 3)
                continue
            self._patience.works()
            if message is not None:
                return message

    async def _mend(self, error: Exception) -> None:
        """Make what is missing, such as in a Redis that was emptied; wait where that is not it."""
        if is_missing(error):
            try:
                await self._stream.make()
            except REDIS_ERRORS as another:
                error = another
            else:
                return
        await self._patience.wait(error)

    async def _new(self) -> TaskMessage | None:
        wait = min(BLOCK_SECONDS, max(0.0, self._next_look - time.monotonic()))
        message = await self._stream.read(round(wait * 1_000))
        if message is not None and message.unsafe:
            await self._give_up(message)
            return None
        return None if message is None else self._accepted(message)

    async def _of_dead_workers(self) -> TaskMessage | None:
        """A message of a dead worker; None if it is not time to look, or there is none that can be run here."""
        if time.monotonic() < self._next_look:
            return None
        # One that gets its last chance runs beside no other such: when its worker dies, it was this one.
        alone = not self._held.has_last_chance()
        message = await self._stream.take_over(
            round(self._rules.idle_seconds * 1_000), self._rules.deliveries, self._held.ids(), last_chance=alone
        )
        if message is None:
            pause = self._rules.idle_seconds / 3 * random.uniform(0.8, 1.2)
            self._next_look = time.monotonic() + (pause if alone else min(pause, CROWDED_SECONDS))
            return None
        if message.unsafe or message.deliveries > self._rules.deliveries:
            await self._give_up(message)
            return None
        return self._accepted(message)

    def _accepted(self, message: TaskMessage) -> TaskMessage | None:
        """Hold a message that can be run here; one that cannot is left to others, who may know more."""
        read = self._read(message.data)
        if read.fault is not None:
            _log.warning(
                "Message %s cannot be run here: %s %s.",
                message.id,
                read.fault,
                read.name or "",
                extra={"acton_event": "task_unreadable", "acton_task": read.name or ""},
            )
            return None
        self._held.add(message.id, read.task_id, last_chance=1 < message.deliveries == self._rules.deliveries)
        return message

    async def _give_up(self, message: TaskMessage) -> None:
        letter = letter_of(message, self._read(message.data), self._rules.idle_seconds)
        await self._dead_letters.add(letter)
        await self._stream.remove(message.id)
        _log.error(
            "Task %s (message %s) is a dead letter now. %s",
            letter.task,
            letter.id,
            letter.story,
            extra={"acton_event": "task_dead", "acton_task": letter.task},
        )

    async def remove(self, message_id: str) -> None:
        """Remove a message whose task is done; waits while Redis is away."""
        if self._held.is_interrupted():
            return  # another worker has it, or will have it
        while True:
            try:
                await self._stream.remove(message_id)
            except REDIS_ERRORS as error:
                if not is_away(error):
                    raise
                await self._patience.wait(error)
                continue
            self._held.remove(message_id)
            return

    async def keep(self) -> None:
        """Say again and again that this worker lives and has its messages; until it is cancelled."""
        while True:
            await asyncio.sleep(self._rules.idle_seconds / 3)
            for message_id, another_has_it in (await self._lost()).items():
                if another_has_it:
                    _log.warning(
                        "This worker stood still for %g seconds: another runs message %s, and it is stopped here.",
                        self._rules.idle_seconds,
                        message_id,
                        extra={"acton_event": "task_taken_by_another"},
                    )
                    self._held.stop([message_id])
                self._held.drop(message_id)

    async def _lost(self) -> dict[str, bool]:
        """Say that this worker has its messages, as soon as Redis hears it; those that it has no more."""
        while ids := self._held.ids():
            try:
                return await self._stream.keep(ids)
            except REDIS_ERRORS as error:
                await self._mend(error)
        return {}

    async def move_due(self, delays: DelayedTasks) -> None:
        """Move delayed tasks into the queue when they are due; until it is cancelled."""
        while True:
            await asyncio.sleep(random.uniform(*MOVING_SECONDS))
            try:
                await delays.move_due()
            except REDIS_ERRORS as error:
                await self._patience.wait(error)

    async def stop(self) -> None:
        """Cancel the tasks that run, wait a little for their ends, and give back all that this worker has."""
        if works := self._held.stop(self._held.ids()):
            _log.warning(
                "%d tasks are stopped, and go to other workers.",
                len(works),
                extra={"acton_event": "tasks_given_back"},
            )
            await asyncio.wait(works, timeout=UNWINDING_SECONDS)
        try:
            async with asyncio.timeout(GIVING_BACK_SECONDS):
                await self._stream.give_back()
        except (*REDIS_ERRORS, TimeoutError) as error:
            if not is_missing(error):
                _log.warning(
                    "What this worker has goes to others in %g seconds.",
                    self._rules.idle_seconds,
                    extra={"acton_event": "tasks_given_back"},
                )
