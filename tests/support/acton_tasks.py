"""Tasks of a test's workers that call an emulator, with sessions, retries and dead letters."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from taskiq import AsyncBroker, TaskiqDepends, TaskiqEvents, TaskiqState

from asyncsdk import Limits, PasswordGrant, RetryPolicy, Session
from asyncsdk.fleet import Fleet
from asyncsdk.fleet.taskiq import ActOnRetries, ReadyTasks, Sessions
from tests.support.task_notes import note

__all__ = ["add_acton_tasks"]


def add_acton_tasks(broker: AsyncBroker, settings: Mapping[str, Any]) -> None:
    """Add them.

    Args:
        broker: the broker.
        settings: ``url`` of Redis, ``events``, and ``acton``: ``account``, ``base_url`` and ``credentials``.
    """
    acton_settings, path = settings["acton"], settings["events"]
    broker.add_middlewares(ActOnRetries(first_wait=0.2, longest_wait=1.0))
    acton_of = Sessions(
        broker,
        Fleet.from_url(settings["url"]),
        accounts={acton_settings["account"]: PasswordGrant(**acton_settings["credentials"])},
        base_url=acton_settings["base_url"],
        retry=RetryPolicy(attempts=1),
        limits=Limits(longest_pause=4.0),
    )
    ReadyTasks(broker, acton_of)

    async def upsert(name: str, list_id: str, acton: Session = TaskiqDepends(acton_of)) -> int:
        note(path, "began", name)
        await acton.contacts.upsert(list_id, email=f"{name}@example.com", data={})
        note(path, "ended", name)
        return id(acton)

    async def add(name: str, list_id: str, seconds: float = 0.0, acton: Session = TaskiqDepends(acton_of)) -> None:
        note(path, "began", name)
        await acton.contacts.add(list_id, data={"Email": f"{name}@example.com"})
        note(path, "added", name)
        await asyncio.sleep(seconds)
        note(path, "ended", name)

    async def upsert_and_add(name: str, list_id: str, acton: Session = TaskiqDepends(acton_of)) -> None:
        await upsert(name, list_id, acton)
        await add(name, list_id, 0.0, acton)

    for task in (upsert, add, upsert_and_add):
        broker.register_task(task, task.__name__)

    async def closed(_: TaskiqState) -> None:
        note(path, "closed", repr(acton_of.fleet))

    broker.add_event_handler(TaskiqEvents.WORKER_SHUTDOWN, closed)
