"""docs/guides/containers.md: the program of the image goes on where it was stopped or killed."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import time
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, blocks
from tests.guides.home import PATIENCE, Home
from tests.support.stage import until

pytestmark = pytest.mark.slow

IMAGE = next(block.text for block in blocks(ROOT / "docs/guides/containers.md") if "FROM" in block.text)
PROGRAM = " ".join(json.loads(re.findall(r"^CMD (.*)$", IMAGE, re.MULTILINE)[0])).replace("/app/", "")
HEALTH = re.findall(r"^HEALTHCHECK .*? CMD (.*)$", IMAGE, re.MULTILINE)[0]


def arrives(home: Home) -> Path:
    """A file with rows for an upload is put into the inbox; gives its place when it is done."""
    rows = "".join(f"row{row}@example.com,Ada\n" for row in range(60))
    (home.folder / "inbox").mkdir()
    (home.folder / "inbox" / "leads.csv").write_text(f"Email,First Name\n{rows}", encoding="utf-8")
    return home.folder / "done" / "leads.csv"


async def is_healthy(home: Home) -> bool:
    """What Docker finds out by the health check of the image: it is a command for ``sh``."""
    process = await asyncio.create_subprocess_exec("sh", "-c", HEALTH, cwd=home.folder)
    return await process.wait() == 0


async def test_a_stopped_container_goes_on_when_it_is_started_again(home: Home) -> None:
    """Told to stop, and then killed, while Act-On is at work at a file: no start sends it again."""
    done = arrives(home)
    home.acton.settings.job_running = 600.0
    looks = home.acton.calls.of
    for ending in (signal.SIGTERM, signal.SIGKILL):
        looked = len(looks("lists.upload_status"))
        async with home.running(PROGRAM, program="inbox_worker.py") as process:
            await until(lambda looked=looked: len(looks("lists.upload_status")) > looked, PATIENCE)
            assert await is_healthy(home)
            process.send_signal(ending)
            code = await asyncio.wait_for(process.wait(), PATIENCE)
        assert code == (0 if ending == signal.SIGTERM else -ending)
        assert not done.exists()
    home.acton.clock.advance(601)
    async with home.running(PROGRAM, program="inbox_worker.py"):
        await until(done.exists, PATIENCE)
    assert len(looks("lists.merge")) == 1
    assert len(home.addresses) == 60


async def test_a_loop_that_stands_still_is_not_healthy(home: Home) -> None:
    """The health check of the image is red where the file that is touched each second is old or is not there."""
    assert not await is_healthy(home)
    alive = home.folder / "alive"
    alive.touch()
    assert await is_healthy(home)
    os.utime(alive, (time.time() - 180, time.time() - 180))
    assert not await is_healthy(home)
