"""Held messages: what one worker was given and has not finished, and the asyncio tasks that work on it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection

from attrs import define

__all__ = ["HeldMessages"]


@define
class _Held:
    """One message of this worker."""

    last_chance: bool
    work: asyncio.Task[object] | None = None
    """What works on it; None: it has not begun."""


class HeldMessages:
    """The messages of one worker, by their ids in the stream.

    A message is held from its delivery until it is removed, or is another's, or its work has ended without either.
    """

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        # Ids by the id of the task that they hold: one that is tried again can be here twice.
        self._to_begin: dict[str, deque[str]] = {}
        self._working: dict[asyncio.Task[object], str] = {}
        # Ids of messages whose work must not go on, and of those whose work ended with that.
        self._stopped: set[str] = set()
        self._interrupted: set[str] = set()
        # Ids of messages that left the queue while their work goes on.
        self._removed: set[str] = set()

    def clear(self) -> None:
        """Forget all, as when a broker starts again."""
        self._held.clear()
        self._to_begin.clear()
        self._stopped.clear()
        self._interrupted.clear()
        self._removed.clear()

    def ids(self) -> list[str]:
        """The ids of all."""
        return list(self._held)

    def has_last_chance(self) -> bool:
        """Whether one of them is here for the last time."""
        return any(held.last_chance for held in self._held.values())

    def add(self, message_id: str, task_id: str, *, last_chance: bool) -> None:
        """Hold a message, in the order of delivery."""
        self._held[message_id] = _Held(last_chance)
        self._to_begin.setdefault(task_id, deque()).append(message_id)

    def drop(self, message_id: str) -> None:
        """Hold a message no more; work on it goes on."""
        self._held.pop(message_id, None)

    def remove(self, message_id: str) -> None:
        """Hold a message no more, as it has left the queue; work on it may go on."""
        self.drop(message_id)
        if message_id in self._working.values():
            self._removed.add(message_id)

    def is_removed(self, message_id: str) -> bool:
        """Whether a message has left the queue while its work goes on."""
        return message_id in self._removed

    def is_stopped(self, message_id: str) -> bool:
        """Whether the work on a message was cancelled from here, as the worker ends, or another has the message."""
        return message_id in self._stopped

    def begin(self, task_id: str) -> None:
        """Note that the asyncio task that runs now works on the first message that holds this task."""
        waiting, work = self._to_begin.get(task_id), asyncio.current_task()
        if not waiting or work is None:
            return
        message_id = waiting.popleft()
        if not waiting:
            del self._to_begin[task_id]
        self._working[work] = message_id
        work.add_done_callback(self._end)
        if (held := self._held.get(message_id)) is not None:
            held.work = work
        if message_id in self._stopped:
            work.cancel()

    def _end(self, work: asyncio.Task[object]) -> None:
        message_id = self._working.pop(work)
        self._stopped.discard(message_id)
        self._interrupted.discard(message_id)
        self._removed.discard(message_id)
        self.drop(message_id)

    def stop(self, message_ids: Collection[str]) -> list[asyncio.Task[object]]:
        """Hold some messages no more, and cancel the work on them; what was cancelled, to wait for."""
        self._stopped.update(message_ids)
        held = [self._held.pop(each, None) for each in message_ids]
        return [each.work for each in held if each is not None and each.work is not None and each.work.cancel()]

    def current(self) -> str | None:
        """The id of the message that the asyncio task that runs now works on; None: it works on none."""
        work = asyncio.current_task()
        return None if work is None else self._working.get(work)

    def interrupt(self) -> bool:
        """Note that the work of the asyncio task that runs now was cancelled; False: not from here."""
        message_id = self.current()
        if message_id is None or message_id not in self._stopped:
            return False
        self._interrupted.add(message_id)
        return True

    def is_interrupted(self) -> bool:
        """Whether the asyncio task that runs now has left its message to another worker."""
        return self.current() in self._interrupted
