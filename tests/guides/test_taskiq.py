"""docs/guides/taskiq.md: tasks that were put wait for a worker, whoever dies meanwhile."""

from __future__ import annotations

import pytest

from asyncsdk.emulator import Reply
from tests.docs.documents import ROOT, command_of
from tests.guides.home import PATIENCE, Home
from tests.support.redis_fixtures import OwnServers
from tests.support.stage import until

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs/guides/taskiq.md"


async def test_tasks_wait_for_a_worker(home: Home, own_servers: OwnServers, account: str) -> None:
    """Put while no worker is there, by a program that has ended; Redis dies, too; a worker does all of them."""
    redis = own_servers(options=("--appendonly", "yes", "--appendfsync", "always"))
    home.variables.update(ACTON_REDIS_URL=redis.url, ACTON_ACCOUNT=account)
    del home.variables["ACTON_TOKEN_FILE"]
    async with home.running(command_of(PAGE, "python taskiq_app.py"), program="taskiq_app.py") as process:
        assert await process.wait() == 0
    redis.kill()
    redis.start()
    home.acton.faults.add(Reply.unavailable(), on="contacts.upsert")
    async with home.running(command_of(PAGE, "taskiq worker taskiq_app"), program="taskiq_app.py"):
        await until(lambda: len(home.addresses) == 3, PATIENCE)
    assert sorted(home.addresses) == ["ada@example.com", "grace@example.com", "kay@example.com"]
