"""Stage for the journal of a queue: processes that share one, each with a fleet of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from tests.fleet.queue_journal.processes import Processes


@pytest.fixture
async def processes(each_redis_url: str, account: str) -> AsyncGenerator[Processes]:
    """Processes that share a queue, on every kind of server that is there."""
    async with Processes(each_redis_url, account) as stage:
        yield stage


@pytest.fixture
async def some_processes(redis_url: str, account: str) -> AsyncGenerator[Processes]:
    """The same on one kind of server."""
    async with Processes(redis_url, account) as stage:
        yield stage
