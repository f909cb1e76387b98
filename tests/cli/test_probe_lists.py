"""``asyncsdk probe --write``: removes what an earlier probe has left, by its record in the state folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncsdk.probe.made_lists import MadeLists
from tests.cli.conftest import Run
from tests.cli.served import Served


def left_by_another_probe(folder: Path, server: str, list_id: str) -> MadeLists:
    """The record of a probe that made a list, and was killed."""
    folder.mkdir(mode=0o700, parents=True)
    record = MadeLists.begin(folder, f"{server} 12345")
    record.asked("asyncsdk probe 2026-01-01 0123456789abcdef")
    record.made("asyncsdk probe 2026-01-01 0123456789abcdef", list_id)
    record.asked("asyncsdk probe 2026-01-01 fedcba9876543210")
    return record


@pytest.mark.slow
def test_what_an_earlier_probe_left_is_removed(run: Run, environment: Served, tmp_path: Path) -> None:
    """The list is deleted by its id, and one whose id never came is told by its name; no record is left."""
    list_id, other = environment.new_list("Email"), environment.new_list("Email")
    folder = tmp_path / "state" / "asyncsdk"
    left_by_another_probe(folder, environment.server.url, list_id).close()
    ended = run("probe", "--write", "--calls", "3", "--report", tmp_path / "report")
    assert ended.code == 0
    assert "fedcba9876543210" in ended.err
    there = environment.ask(lambda server: server.list_ids().values())
    assert list_id not in there
    assert other in there
    assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_a_probe_that_lives_keeps_its_lists(run: Run, environment: Served, tmp_path: Path) -> None:
    """Two probes of one account at a time leave each other's lists alone; so does a probe that only reads."""
    list_id = environment.new_list("Email")
    folder = tmp_path / "state" / "asyncsdk"
    record = left_by_another_probe(folder, environment.server.url, list_id)
    assert run("probe", "--write", "--calls", "2", "--report", tmp_path / "one").code == 0
    assert list_id in environment.ask(lambda server: server.list_ids().values())
    record.close()
    assert run("probe", "--calls", "2", "--report", tmp_path / "two").code == 0
    assert list_id in environment.ask(lambda server: server.list_ids().values())
    assert len(list(folder.iterdir())) == 1
