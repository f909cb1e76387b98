"""Retries: middleware of taskiq that runs a failed task again, or makes a dead letter of it, by its error."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from contextvars import ContextVar
from functools import partial
from typing import Any, Final

from attrs import evolve, frozen
from taskiq import TaskiqMessage, TaskiqMiddleware, TaskiqResult
from taskiq.abc.broker import AsyncBroker
from taskiq.exceptions import NoResultError, TaskRejectedError

from asyncsdk import clock
from asyncsdk.errors import InvalidArgument
from asyncsdk.fleet.taskiq.dead_letter import DeadLetter
from asyncsdk.fleet.taskiq.delivery import Delivery
from asyncsdk.fleet.taskiq.memory_stores import MemoryDelays
from asyncsdk.fleet.taskiq.put_tokens import put_token
from asyncsdk.fleet.taskiq.retry_decision import GiveUp, RetryWaits, RunAgain, decide
from asyncsdk.fleet.taskiq.retry_rules import RULES, Rule
from asyncsdk.fleet.taskiq.stores import TaskStores, stores_of
from asyncsdk.fleet.taskiq.task_history import TaskHistory
from asyncsdk.http.unsafe_calls import UnsafeCalls, counted_calls
from asyncsdk.redis.redis_errors import REDIS_ERRORS, reason

__all__ = ["ActOnRetries"]

_log = logging.getLogger("asyncsdk")

PATIENCE: Final = 300.0
"""Seconds for which the fate of a task is written again and again while Redis is away."""

PAUSE: Final = 0.5
"""Seconds between two tries."""


@frozen
class _Run:
    """One run of a task."""

    args: Sequence[Any]
    """The arguments as they came; taskiq replaces those of the message by what their annotations make of them."""

    kwargs: Mapping[str, Any]
    delivery: Delivery | None
    """The message that it came by."""

    unsafe_calls: UnsafeCalls
    end: ExitStack


_run: Final[ContextVar[_Run | None]] = ContextVar("asyncsdk task run", default=None)


class ActOnRetries(TaskiqMiddleware):
    """Retries of all tasks of a broker: ``broker.add_middlewares(ActOnRetries())``.

    What follows which error is the table ``RULES``. A task that waits for its next run is kept by the broker: in
    Redis it outlives the workers. A task that is given up becomes a dead letter, see ``DeadLetters``.
    ``retry_on_error`` and other labels of taskiq's own retries change nothing; use no other middleware for retries
    beside this one.

    Args:
        rules: what follows an error; put your own before the usual ones: ``(Rule((MyError,), 0), *RULES)``.
        first_wait: seconds before the first retry, at most; each further one waits up to twice as long.
        longest_wait: seconds that no such wait exceeds.

    Raises:
        InvalidArgument: a wait is no positive number.
    """

    def __init__(
        self, *, rules: Sequence[Rule] = RULES, first_wait: float = 2.0, longest_wait: float = 600.0
    ) -> None:
        super().__init__()
        if not 0 < first_wait <= longest_wait <= 86_400:
            raise InvalidArgument(
                "first_wait must be above 0, and longest_wait not less, and at most 86,400 seconds."
            )
        self._rules = tuple(rules)
        self._waits = RetryWaits(first_wait, longest_wait)
        self._stores: TaskStores | None = None

    def set_broker(self, broker: AsyncBroker) -> None:
        """Note the broker.

        Raises:
            InvalidArgument: it cannot keep tasks that wait; or there is another broker already, whose tasks would
                have their fates in this one's queue.
        """
        if self._stores is not None and self.broker is not broker:
            raise InvalidArgument("ActOnRetries is for one broker: make another for each.")
        super().set_broker(broker)
        self._stores = stores_of(broker)

    def shutdown(self) -> None:
        """Forget what waits in the memory of this process."""
        if self._stores is not None and isinstance(self._stores.delays, MemoryDelays):
            self._stores.delays.end()

    def pre_execute(self, message: TaskiqMessage) -> TaskiqMessage:
        """Begin to count the calls of a task that must not be made twice."""
        end, stores = ExitStack(), self._stores
        delivery = stores.current_delivery() if stores is not None else None
        before_first = None
        if stores is not None and delivery is not None:
            delivery = evolve(delivery, run=secrets.token_hex(8))
            before_first = partial(_noted, stores, delivery)
        unsafe_calls = end.enter_context(counted_calls(before_first))
        outer = _run.set(_Run(list(message.args), dict(message.kwargs), delivery, unsafe_calls, end))
        end.callback(_run.reset, outer)
        return message

    def post_execute(self, message: TaskiqMessage, result: TaskiqResult[Any]) -> None:
        """End the count."""
        del message, result
        if (run := _run.get()) is not None:
            run.end.close()

    async def on_error(self, message: TaskiqMessage, result: TaskiqResult[Any], exception: BaseException) -> None:
        """Decide what follows, and write it down before the message leaves the queue."""
        run, stores = _run.get(), self._stores
        if run is None or stores is None:
            return
        if not isinstance(exception, Exception) and run.delivery is not None and stores.is_stopped(run.delivery):
            return  # a worker that ends: the broker gives the message to another one
        if isinstance(exception, (NoResultError, TaskRejectedError)):  # a task's own decision
            return
        if run.delivery is not None and stores.is_acknowledged(run.delivery):
            run = evolve(run, delivery=None)
        history = TaskHistory.of(message.labels)
        decision = decide(exception, history, self._rules, self._waits, may_have_acted=bool(run.unsafe_calls))
        if isinstance(decision, RunAgain):
            await self._run_again(stores, message, run, history, decision)
            result.error = NoResultError()
        else:
            await self._give_up(stores, message, run, history, decision, exception)

    async def _run_again(
        self, stores: TaskStores, message: TaskiqMessage, run: _Run, history: TaskHistory, decision: RunAgain
    ) -> None:
        after_run = history.after_run(counts=decision.counts, put_at=_put_at(run.delivery))
        later = after_run.written_into(message, run.args, run.kwargs)
        data, token = self.broker.formatter.dumps(later).message, put_token()
        await _written(lambda: stores.delays.put(data, decision.after, run.delivery, token=token))
        _log.info(
            "Task %s failed; it is run again in %.1f s.",
            message.task_name,
            decision.after,
            extra={"acton_event": "task_retried", "acton_task": message.task_name, "acton_seconds": decision.after},
        )

    async def _give_up(
        self,
        stores: TaskStores,
        message: TaskiqMessage,
        run: _Run,
        history: TaskHistory,
        decision: GiveUp,
        error: BaseException,
    ) -> None:
        delivery = run.delivery
        letter = DeadLetter(
            id=delivery.id if delivery is not None else secrets.token_hex(6),
            task=message.task_name,
            kind=type(error).__name__,
            story=decision.story,
            deliveries=history.runs + 1,
            put_at=history.put_at or _put_at(delivery),
            data=self.broker.formatter.dumps(history.removed_from(message, run.args, run.kwargs)).message,
        )
        await _written(lambda: stores.dead_letters.add(letter, delivery))
        _log.warning(
            "Task %s is a dead letter now, %s: %s",
            message.task_name,
            letter.id,
            decision.story,
            extra={"acton_event": "task_dead", "acton_task": message.task_name},
        )


async def _noted(stores: TaskStores, delivery: Delivery) -> None:
    """Note that an unsafe call begins; of a message that has left the queue nobody would read it."""
    if stores.note_unsafe is not None and not stores.is_acknowledged(delivery):
        await stores.note_unsafe(delivery)


def _put_at(delivery: Delivery | None) -> float:
    """When a message was put: its id begins with the time."""
    millis = delivery.id.partition("-")[0] if delivery is not None else ""
    return int(millis) / 1000 if millis.isdecimal() and len(millis) < 16 else clock.wall()


async def _written(write: Callable[[], Awaitable[None]]) -> None:
    """Write the fate of a task; while Redis is away, try again: a message without a fate would be run once more.

    Raises:
        RedisError: Redis was away for ``PATIENCE`` seconds.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    while True:
        try:
            return await write()
        except REDIS_ERRORS as error:
            if loop.time() > deadline:
                raise
            _log.warning(
                "The fate of a task cannot be written to Redis yet: %s.",
                reason(error),
                extra={"acton_event": "redis_away", "acton_error": type(error).__name__},
            )
        await asyncio.sleep(PAUSE)
