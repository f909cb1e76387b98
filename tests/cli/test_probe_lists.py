"""``asyncsdk probe --write``: removes what an earlier probe has left, by its record in the state folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncsdk.emulator import Hang
from asyncsdk.probe.made_lists import MadeLists
from tests.cli.conftest import Run
from tests.cli.served import Served
from tests.cli.test_processes import Start, interrupt, wait_until


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


@pytest.mark.slow
def test_a_budget_that_the_removal_spends_is_told(run: Run, environment: Served, tmp_path: Path) -> None:
    """Where too few calls are left for what earlier probes had left, this is said, and the next probe goes on."""
    folder = tmp_path / "state" / "asyncsdk"
    ids = [environment.new_list("Email") for _ in range(3)]
    folder.mkdir(mode=0o700, parents=True)
    record = MadeLists.begin(folder, f"{environment.server.url} 12345")
    for number, list_id in enumerate(ids):
        record.asked(f"asyncsdk probe {number}")
        record.made(f"asyncsdk probe {number}", list_id)
    record.close()
    few = run("probe", "--write", "--calls", "2", "--report", tmp_path / "report")
    assert few.code == 2
    assert "needs more than --calls 2, so nothing was asked; the next probe with --write goes on" in few.err
    assert "Removed what earlier probes had left: 1 list, by 1 call." in few.err
    assert list((tmp_path).glob("report*")) == []
    assert run("probe", "--write", "--calls", "20", "--report", tmp_path / "report").code == 0
    assert not {*ids} & {*environment.ask(lambda server: server.list_ids().values())}


@pytest.mark.slow
def test_ctrl_c_says_that_a_list_is_being_removed(
    environment: Served, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever interrupts a probe reads why it does not end at once, and what a second Ctrl-C does."""
    monkeypatch.setenv("ACTON_CALLS_PER_SECOND", "1000")
    merges, lists = environment.count("lists.merge"), environment.ask(lambda server: server.list_ids())
    environment.ask(lambda server: server.faults.add(Hang(), on="lists.merge", times=100))
    process = start("probe", "--write", "--report", tmp_path / "report")
    wait_until(lambda: environment.count("lists.merge") > merges)
    code, out, err = interrupt(process)
    environment.ask(lambda server: server.faults.clear())
    assert code == 130
    assert "Removing the list that this probe has made; Ctrl-C again ends it at once, without a report." in err
    assert "interrupted" in out
    assert environment.ask(lambda server: server.list_ids()) == lists
