"""The record of the lists that a probe makes: it survives the probe, and belongs to one of them at a time."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from asyncsdk.errors import StoreFailed
from asyncsdk.probe.made_lists import MadeList, MadeLists

ACCOUNT = "https://api.example.com 12345"


def killed(record: MadeLists) -> None:
    """What a kill -9 does to the record: its file is let go of as it is."""
    os.close(record._handle)
    record._handle = -1


def left_behind(folder: Path) -> list[tuple[str, tuple[MadeList, ...]]]:
    """The accounts and the lists of the records of killed runs."""
    return [(record.account, record.left) for record in MadeLists.left_behind(folder)]


def test_a_killed_run_leaves_the_ids_of_what_it_made(tmp_path: Path) -> None:
    """The next run is told the ids of the lists, and of the jobs of those that have none yet."""
    record = MadeLists.begin(tmp_path, ACCOUNT)
    for name in ("one", "two", "three", "four"):
        record.asked(name)
    record.made("one", "l-0001")
    record.begun("two", "15959711")
    record.made("four", "l-0004")
    record.removed("four")
    killed(record)
    expected = (MadeList("one", "l-0001"), MadeList("two", "", "15959711"), MadeList("three"))
    assert left_behind(tmp_path) == [(ACCOUNT, expected)]


def test_what_the_next_run_removes_is_not_told_again(tmp_path: Path) -> None:
    """Once all is removed, the record is gone; until then it stays, with what is left."""
    record = MadeLists.begin(tmp_path, ACCOUNT)
    for name in ("one", "two"):
        record.asked(name)
    killed(record)
    for found in MadeLists.left_behind(tmp_path):
        found.removed("one")
    assert left_behind(tmp_path) == [(ACCOUNT, (MadeList("two"),))]
    for found in MadeLists.left_behind(tmp_path):
        found.removed("two")
    assert list(tmp_path.iterdir()) == []


def test_a_live_run_is_left_alone(tmp_path: Path) -> None:
    """What a probe that is at work has made is not told to another one, and its own record ends with it."""
    record = MadeLists.begin(tmp_path, ACCOUNT)
    record.asked("one")
    assert left_behind(tmp_path) == []
    record.removed("one")
    record.close()
    record.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "end",
    [b'{"asked": "two", "li', b"\xff\xfe\n", b"[]\n", b'{"asked": 5}\n', b'{"asked": "\\u0007"}\n', b"[" * 9999],
)
def test_damaged_lines_harm_no_other(tmp_path: Path, end: bytes) -> None:
    """The last line of a killed run may be half, and a disk may be bad: the rest is read all the same."""
    record = MadeLists.begin(tmp_path, ACCOUNT)
    record.asked("one")
    os.write(record._handle, end)
    killed(record)
    assert left_behind(tmp_path) == [(ACCOUNT, (MadeList("one"),))]


def test_the_file_is_its_owners(tmp_path: Path) -> None:
    """Nobody else can read it, or bring in ids of lists that shall be removed."""
    record = MadeLists.begin(tmp_path, ACCOUNT)
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    record.close()
    (tmp_path / f"probe-{'0' * 16}.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreFailed):
        left_behind(tmp_path)


def test_nothing_is_made_that_cannot_be_noted(tmp_path: Path) -> None:
    """A folder that is gone is an error before the first list."""
    with pytest.raises(StoreFailed, match="record of made lists"):
        MadeLists.begin(tmp_path / "gone", ACCOUNT)
