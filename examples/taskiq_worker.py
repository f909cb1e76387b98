"""Tasks with taskiq: for workers on any machine if ACTON_REDIS_URL is set, else in the memory of this process.

Usage: python taskiq_worker.py LIST FILE.csv ADDRESS... puts tasks, and waits for what comes of them; it needs
ACTON_* variables. With ACTON_REDIS_URL and ACTON_ACCOUNT, start workers and the scheduler of nightly tasks first:

    taskiq worker taskiq_worker:broker --workers 3
    taskiq scheduler taskiq_worker:scheduler
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from taskiq import AsyncBroker, AsyncTaskiqTask, InMemoryBroker, TaskiqDepends, TaskiqScheduler
from taskiq.schedule_sources import LabelScheduleSource
from taskiq.serializers import JSONSerializer
from taskiq_redis import RedisAsyncResultBackend

from asyncsdk import US, FileStore, PasswordGrant, Session
from asyncsdk.fleet import Fleet
from asyncsdk.fleet.taskiq import ActOnRetries, DeadLetters, DurableBroker, ReadyTasks, Sessions

REDIS_URL = os.environ.get("ACTON_REDIS_URL")
ACCOUNT = os.environ.get("ACTON_ACCOUNT", "acme")
TOKEN_FILE = os.environ.get("ACTON_TOKEN_FILE")

broker: AsyncBroker = InMemoryBroker()
if REDIS_URL:
    results: RedisAsyncResultBackend[Any] = RedisAsyncResultBackend(
        REDIS_URL,
        result_ex_time=86_400,
        prefix_str="leads",
        serializer=JSONSerializer(),  # by default they are pickled: who writes to Redis could run code here
    )
    broker = DurableBroker(REDIS_URL, queue="leads").with_result_backend(results)
broker.add_middlewares(ActOnRetries())
scheduler = TaskiqScheduler(broker, [LabelScheduleSource(broker)])

grant = PasswordGrant(
    *(os.environ[f"ACTON_{name}"] for name in ("CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD"))
)
acton_of = Sessions(
    broker,
    Fleet.from_url(REDIS_URL) if REDIS_URL else None,
    accounts={ACCOUNT: grant},
    store=FileStore(TOKEN_FILE) if TOKEN_FILE and not REDIS_URL else None,
    base_url=os.environ.get("ACTON_BASE_URL", US),
)
ready = ReadyTasks(broker, acton_of, folder=Path())


@broker.task("register", timeout=600)
async def register(list_id: str, email: str, acton: Session = TaskiqDepends(acton_of)) -> str:
    """Add a record, also where there is one: never made twice, it ends as a dead letter where it is in doubt."""
    return (await acton.contacts.add(list_id, data={"Email": email})).message


@broker.task("count_lists", schedule=[{"cron": "0 2 * * *"}])
async def count_lists(acton: Session = TaskiqDepends(acton_of)) -> int:
    """Count the lists, each night at two."""
    return len([each async for each in acton.lists.all()])


async def main(list_id: str, file: Path, addresses: list[str]) -> None:
    """Put some tasks, and tell what came of them."""
    await broker.startup()
    try:
        upsert = await ready.upsert_file.kiq(ACCOUNT, list_id, str(file), file.stem)
        tasks: list[AsyncTaskiqTask[Any]] = [upsert, await count_lists.kiq()]
        tasks += [await register.kiq(list_id, address) for address in addresses]
        for task in tasks:
            result = await task.wait_result(timeout=600)
            print(f"failed: {result.error}" if result.is_err else result.return_value)
        for letter in await DeadLetters(broker).list():
            print(f"dead letter {letter.id}: {letter.task}: {letter.kind}")
    finally:
        await broker.shutdown()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]).resolve(), sys.argv[3:]))
