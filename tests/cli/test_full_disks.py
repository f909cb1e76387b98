"""A disk that fills while rows are sent: the line names the file, and the same command goes on."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import WHOLE_RUN, Ended, Run, command_to_go_on
from tests.cli.served import Served

pytestmark = pytest.mark.slow


def run_where_no_file_grows_over(size: int, *arguments: object) -> Ended:
    """Run a command on a disk that is full for every file of so many bytes."""
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "asyncsdk", *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=WHOLE_RUN,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def test_a_journal_that_cannot_grow(run: Run, environment: Served, tmp_path: Path) -> None:
    """The run ends before a row is sent that nobody could write down; then it goes on where it stopped."""
    list_id = environment.new_list("Email")
    path = tmp_path / "many.csv"
    path.write_text("Email\n" + "".join(f"p{each}@example.com\n" for each in range(30)))
    ended = run_where_no_file_grows_over(120 * 1024, "upsert", list_id, path, "--via", "records")
    journal = f"{path}.{list_id}.journal"
    last = ended.ends_with(2, f"To go on from {journal}: ")
    assert f"The journal {journal} cannot be used: " in last
    saved, calls = len(environment.emails(list_id)), environment.count("contacts.upsert")
    assert 0 < saved < 30
    assert run(*command_to_go_on(last)).code == 0
    assert len(environment.emails(list_id)) == 30
    assert environment.count("contacts.upsert") - calls < 30
    assert [each.name for each in tmp_path.iterdir()] == ["many.csv"]


def test_rejects_that_cannot_be_written(run: Run, environment: Served, tmp_path: Path) -> None:
    """It is said what became of the rows; the same command then writes the rejects, and sends nothing again."""
    list_id = environment.new_list("Email", "Company")
    path, rejects = tmp_path / "many.csv", tmp_path / "rejects.csv"
    path.write_text("Email,Company\nada@example.com,A\n" + f"nobody,{'x' * 1000}\n" * 300)
    ended = run_where_no_file_grows_over(128 * 1024, "upsert", list_id, path, "--rejects", rejects)
    last = ended.ends_with(2, "301 rows: 1 created, 0 updated, 0 merged, 300 rejected, 0 failed, 0 unknown.")
    assert f"The file of rejected rows {rejects} cannot be used: " in last
    assert f"The same command writes {rejects} and sends nothing again: " in last
    assert not rejects.exists()
    calls = environment.count("contacts.upsert")
    written = run(*command_to_go_on(last), "--json")
    assert (written.code, json.loads(written.out)["rejected"]) == (1, 300)
    assert len(rejects.read_text(encoding="utf-8-sig").splitlines()) == 301
    assert environment.count("contacts.upsert") == calls
    assert sorted(each.name for each in tmp_path.iterdir()) == ["many.csv", "rejects.csv", "rejects.reasons.csv"]
