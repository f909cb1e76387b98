"""A download that is cancelled at any step leaves no task, place, connection or file behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from asyncsdk import Session
from asyncsdk.emulator import Emulator
from tests.downloads.list_servers import people
from tests.support.cancelling import Scene, steps_cancelled, temporary_files_in
from tests.support.stage import emulator
from tests.support.virtual_time import virtual_time

pytestmark = pytest.mark.slow

LONGEST = 400
"""Steps that a scene has at the most."""


async def _records(server: Emulator, acton: Session) -> object:
    return [each async for each in acton.lists.records(server.list_ids()["Leads"])]


async def _with_state(server: Emulator, acton: Session) -> object:
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state.json"
        async with acton.lists.changes(server.list_ids()["Leads"], state=state) as found:
            return [each async for each in found]


async def _arrow(server: Emulator, acton: Session) -> object:
    return await acton.lists.arrow(server.list_ids()["Leads"])


async def _export(server: Emulator, acton: Session) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = _file(folder)
        try:
            return await acton.lists.export(server.list_ids()["Leads"], path)
        finally:
            _check(path)


def _file(folder: str) -> Path:
    path = Path(folder) / "leads.csv"
    path.write_text("before")
    return path


def _check(path: Path) -> None:
    """There is no other file, and this one is what it was, or whole."""
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == b"before" or path.read_bytes().count(b"\r\n") == 2201


@pytest.mark.parametrize("waiting", [False, True], ids=["before a step", "while waiting"])
@pytest.mark.parametrize("scene", [_records, _with_state, _arrow, _export])
@virtual_time
async def test_cancelled_at_any_step_nothing_stays_behind(scene: Scene, waiting: bool, tmp_path: Path) -> None:
    """For every N, a program cancelled at its N-th step while it downloads is clean afterwards."""
    with temporary_files_in(tmp_path):
        async with emulator(calls_per_second=None) as server:
            server.add_list("Leads", ["Email", "Name"], people(2200))
            assert await steps_cancelled(scene, server, waiting=waiting, at_most=LONGEST) >= 4
