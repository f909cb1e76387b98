"""Durable broker: broker of taskiq over a stream in Redis, which loses no task and repeats none for ever."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Final, Self

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from taskiq import AckableMessage, AsyncResultBackend, BrokerMessage
from taskiq_redis import RedisStreamBroker

from asyncsdk.errors import ActOnError, InvalidArgument
from asyncsdk.fleet.taskiq.dead_letter_store import RedisDeadLetters
from asyncsdk.fleet.taskiq.delays import DelayedTasks
from asyncsdk.fleet.taskiq.delivery import Delivery
from asyncsdk.fleet.taskiq.held_messages import HeldMessages
from asyncsdk.fleet.taskiq.patience import RedisPatience
from asyncsdk.fleet.taskiq.patient_results import PatientResults
from asyncsdk.fleet.taskiq.put_tokens import put_once, put_token
from asyncsdk.fleet.taskiq.task_keys import GROUP, checked_delay, checked_queue, task_key
from asyncsdk.fleet.taskiq.task_reader import ReadTask, read_task
from asyncsdk.fleet.taskiq.task_server import check_task_server, task_failure
from asyncsdk.fleet.taskiq.task_stream import TaskStream
from asyncsdk.fleet.taskiq.work_notes import WorkNotes
from asyncsdk.fleet.taskiq.worker import BLOCK_SECONDS, Worker, WorkerRules
from asyncsdk.redis.connect import place_of
from asyncsdk.redis.redis_address import RedisAddress
from asyncsdk.redis.redis_errors import REDIS_ERRORS, is_away
from asyncsdk.redis.script import RedisClient

__all__ = ["DurableBroker"]

KICK_SECONDS: Final = 10.0
"""Seconds for which a task is put again and again while Redis is away."""

CONNECT_SECONDS: Final = 2.0

ANSWER_SECONDS: Final = BLOCK_SECONDS + 3.0
"""Seconds that one request may take: more than it waits for a message."""


class DurableBroker(RedisStreamBroker):
    """Durable broker: every task that was put is run to its end at least once, or ends as a dead letter.

    What taskiq-redis's own ``RedisStreamBroker`` lacks: tasks of a worker that died are run by another, also when
    no new task comes; a task may take as long as it likes, since its worker says that it lives; tasks that were
    put before the first worker came are kept; what is done leaves Redis; while Redis is away workers wait, and do
    not end; and a task that ends its worker each time is not tried for ever.

    Tasks run at least once: a worker that dies after the work and before it has said so lets another do it again.
    A task that holds up the event loop for longer than ``idle_timeout`` (a long computation without ``await``) is
    taken for dead, and run by another worker beside the first: put such work into a thread. When the first one can
    run again and has not finished, its task is cancelled.

    A worker that is told to end (SIGTERM, Ctrl-C, ``--max-tasks-per-child``) takes no new task, lets those that
    run go on for ``stop_seconds``, cancels what is unfinished then, and gives it to the other workers at once. A
    task in a thread cannot be cancelled: its worker ends when it does.

    Args:
        url: ``redis://user:password@host:6379/0``, ``rediss://...`` for TLS, or ``unix:///path/to/socket``.
        queue: the name of the queue. Deployments with one Redis see only the tasks of their own queues. A task with
            the label ``queue_name`` is put into the queue of that name.
        idle_timeout: seconds after which a worker that says nothing is taken for dead. (taskiq-redis has it in
            milliseconds.)
        deliveries: how often a message is given to a worker before it becomes a dead letter.
        stop_seconds: seconds that a worker that was told to end lets its tasks work on; None: as ``taskiq worker
            --wait-tasks-timeout`` says, which without a number waits for ever.

    Raises:
        InvalidArgument: an argument cannot be used; no part of the address is shown.
    """

    def __init__(
        self,
        url: str,
        *,
        queue: str = "default",
        idle_timeout: float = 60.0,
        deliveries: int = 3,
        stop_seconds: float | None = 6.0,
    ) -> None:
        RedisAddress(url).check()
        if not 0.5 <= idle_timeout <= 86_400:
            raise InvalidArgument("idle_timeout must be 0.5 to 86,400 seconds.")
        if not 1 <= deliveries <= 1_000:
            raise InvalidArgument("deliveries must be 1 to 1,000.")
        if stop_seconds is not None and not 0 <= stop_seconds <= 86_400:
            raise InvalidArgument("stop_seconds must be 0 to 86,400 seconds, or None.")
        super().__init__(
            url,
            queue_name=task_key(checked_queue(queue), "waiting"),
            consumer_group_name=GROUP,
            consumer_id="0",
            idle_timeout=round(idle_timeout * 1_000),
            protocol=2,
            retry=Retry(NoBackoff(), 0),  # each of the broker's own waits says what it does meanwhile
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
        )
        del url  # from here on no variable of a traceback shows a password
        self.queue: Final = queue
        self.redis: Final[RedisClient] = Redis(connection_pool=self.connection_pool)
        self.dead_letters: Final = RedisDeadLetters(self.redis, queue)
        self.delays: Final = DelayedTasks(self.redis, queue)
        self._rules = WorkerRules(idle_timeout, deliveries)
        self._stop_seconds = stop_seconds
        self._place = place_of(self.redis)
        self._patience = RedisPatience(self._place)
        self._held = HeldMessages()
        self._worker: Worker | None = None
        self._chores: list[asyncio.Task[None]] = []
        self._stopping: asyncio.Task[None] | None = None
        self.add_middlewares(WorkNotes(self._held))

    def __repr__(self) -> str:
        return f"<DurableBroker {self.queue} {self._place}>"

    def with_result_backend(self, result_backend: AsyncResultBackend[Any]) -> Self:
        """Keep results of tasks, such as in a ``RedisAsyncResultBackend``; while Redis is away, saving waits.

        Args:
            result_backend: what keeps them. Give results an end: they are many. ``RedisAsyncResultBackend`` pickles
                them unless it has ``serializer=JSONSerializer()``, so that who can write to Redis could run code in
                the programs that read them.
        """
        return super().with_result_backend(PatientResults(result_backend, self._patience))

    async def startup(self) -> None:
        """Check the server, make the queue, and start what belongs to the broker.

        Raises:
            FleetUnavailable: Redis does not answer.
            StoreFailed: it gives no access, is too old, only for reading, or removes what it should keep.
        """
        await check_task_server(self.redis, self._place)
        # A name of its own: a process may be a copy of the one that made this broker.
        self.consumer_name = secrets.token_hex(8)
        stream = TaskStream(self.redis, self.queue_name, self.consumer_name)
        try:
            await stream.make()
            await stream.forget_workers()
        except REDIS_ERRORS as error:
            raise task_failure(error, self._place) from None
        self._held.clear()
        self._worker = Worker(stream, self._held, self._rules, self._read, self.dead_letters, self._patience)
        await super().startup()

    def _read(self, data: bytes) -> ReadTask:
        return read_task(self, data)

    async def kick(self, message: BrokerMessage) -> None:
        """Put a task into its queue, once; while Redis is away it is tried for 10 seconds.

        The label ``queue_name`` names another queue, and ``delay`` says in how many seconds it may begin.

        Raises:
            FleetUnavailable: Redis did not answer. The task may have been put all the same.
            StoreFailed: Redis refuses.
            InvalidArgument: a label cannot be used.
        """
        queue = checked_queue(message.labels.get("queue_name", self.queue))
        delay = checked_delay(message.labels.get("delay", 0))
        deadline, token = time.monotonic() + KICK_SECONDS, put_token()
        while True:
            try:
                await self._put(queue, message.message, delay, token)
            except REDIS_ERRORS as error:
                if not is_away(error) or time.monotonic() > deadline:
                    raise task_failure(error, self._place) from None
                await self._patience.wait(error)
            else:
                self._patience.works()
                return

    async def _put(self, queue: str, data: bytes, delay: float, token: str) -> None:
        if delay > 0:
            await DelayedTasks(self.redis, queue).put(data, delay, token=token)
        else:
            await put_once(self.redis, queue, data, token)

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        """Give the messages for this worker, one by one, until it is told to end."""
        worker = self._worker
        if worker is None:
            raise ActOnError("This broker is not started: await its startup() first.")
        if self._stopping is not None:
            self._stopping.cancel()
        if not self._chores:
            self._chores = [asyncio.create_task(worker.keep()), asyncio.create_task(worker.move_due(self.delays))]
        try:
            while True:
                message = await worker.next()
                yield AckableMessage(data=message.data, ack=self._ack_of(worker, message.id))
        finally:
            if self._stop_seconds is not None:
                self._stopping = asyncio.create_task(self._stop_after(worker, self._stop_seconds))

    def _ack_of(self, worker: Worker, message_id: str) -> Callable[[], Awaitable[None]]:
        async def ack() -> None:
            await worker.remove(message_id)

        return ack

    async def _stop_after(self, worker: Worker, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await worker.stop()

    def current_delivery(self) -> Delivery | None:
        """The message that the asyncio task that runs now works on; None: it works on none."""
        message_id = self._held.current()
        return None if message_id is None else Delivery(self.queue_name, GROUP, self.consumer_name, message_id)

    def is_acknowledged(self, delivery: Delivery) -> bool:
        """Whether a message left the queue before its work has ended, as with ``ack_type="when_received"``."""
        return self._held.is_removed(delivery.id)

    def is_stopped(self, delivery: Delivery) -> bool:
        """Whether the broker itself has cancelled the work on a message, which another worker is given."""
        return self._held.is_stopped(delivery.id)

    async def shutdown(self) -> None:
        """Stop the tasks that still run, give them to other workers, and close the connections."""
        chores = [*self._chores, *([self._stopping] if self._stopping is not None else [])]
        self._chores, self._stopping = [], None
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        worker, self._worker = self._worker, None
        if worker is not None and chores:
            await worker.stop()
        await super().shutdown()
