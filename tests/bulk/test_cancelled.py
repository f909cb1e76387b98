"""A run that is cancelled, wherever it is, leaves no file and loses no row."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from virtual_time import virtual_time

from asyncsdk import CLEAR
from asyncsdk.emulator import merging

from .leads import LIST, added_up, held, leads, people

ROWS = [
    *people(40),
    *people(3),
    {"email": "nobody"},
    *({**row, "City": CLEAR} for row in people(40)[20:]),
    {"email": "alone@example.com", "Note": CLEAR},
]
ADDRESSES = 41


def open_files(folder: Path) -> list[str]:
    """Files in a folder that this process holds open, although they have no name any more."""
    found: list[str] = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith(str(folder)):
            found.append(target)
    return found


async def cancelled_after(steps: int, run: asyncio.Task[object]) -> bool:
    """Cancel a run when the event loop has gone round so often; gives whether it was still under way."""
    for _ in range(steps):
        if run.done():
            break
        await asyncio.sleep(0.0005)
    run.cancel()
    await asyncio.wait([run])
    return run.cancelled()


@pytest.mark.parametrize("via", ["records", "upload"])
def test_a_run_can_be_cancelled_at_every_await(via: str, tmp_path: Path) -> None:
    """No temporary file is left; resumed by its journal, the run gives every row its outcome, and none is lost."""
    step = 0
    going = True
    while going:
        folder = tmp_path / str(step)
        folder.mkdir()
        (folder / "temporary").mkdir()

        @virtual_time
        async def cancel_and_resume(folder: Path = folder, step: int = step) -> None:
            nonlocal going
            async with leads(calls_per_second=None, job_pending=0.001, job_running=0.002) as (server, acton):
                with (
                    mock.patch.object(tempfile, "tempdir", str(folder / "temporary")),
                    mock.patch.object(merging, "usable", lambda email: "user7@" not in email),
                ):
                    order = {"via": via, "journal": folder / "j.db"}
                    going = await cancelled_after(step, asyncio.create_task(acton.bulk.upsert(LIST, ROWS, **order)))
                    assert list((folder / "temporary").iterdir()) == []
                    assert open_files(folder) == []
                    report = await acton.bulk.upsert(LIST, ROWS, **order)
                assert added_up(report)
                assert report.rejected == (2 if via == "upload" else 1) or report.unknown
                assert len(held(server)) + report.unknown + report.rejected - 1 >= ADDRESSES
                assert (folder / "j.db").exists()

        cancel_and_resume()
        step += 1 if step < 30 else 1 + step // 10
    assert step > 20
