"""What only a process of its own can show: Ctrl-C, pipes, and the extra that is not installed."""

from __future__ import annotations

import json
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncsdk import cli
from asyncsdk.emulator import StallJob

from .served import Served

Start = Callable[..., "subprocess.Popen[str]"]
FATES = ("saved", "rejected", "refused", "unknown", "unsent")


def wait_until(true: Callable[[], bool]) -> None:
    """Look again and again, for 15 seconds at most."""
    late = time.monotonic() + 15
    while not true():
        assert time.monotonic() < late
        time.sleep(0.02)


def interrupt(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Press Ctrl-C and wait for the end."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=15)
    return process.returncode, out, err


def many(path: Path, number: int) -> Path:
    """A file of so many good rows."""
    path.write_text("Email\n" + "".join(f"p{each}@example.com\n" for each in range(number)))
    return path


def test_ctrl_c_in_an_upsert_accounts_for_every_row(environment: Served, start: Start, tmp_path: Path) -> None:
    """Exit code 130, the counts add up, and the rows not saved are all in the file: no temporary file stays."""
    list_id = environment.new_list("Email")
    path, rejects = many(tmp_path / "many.csv", 500), tmp_path / "rejects.csv"
    process = start("upsert", list_id, path, "--rejects", rejects, "--json")
    wait_until(lambda: len(environment.emails(list_id)) >= 3)
    code, out, err = interrupt(process)
    value = json.loads(out)
    assert (code, value["interrupted"]) == (130, True)
    assert value["rows"] == 500 == sum(value[fate] for fate in FATES)
    assert value["saved"] == len(environment.emails(list_id))
    assert "Traceback" not in err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["many.csv", "rejects.csv"]
    kept = set(rejects.read_text().splitlines()[1:])
    assert kept | set(environment.emails(list_id)) == {f"p{each}@example.com" for each in range(500)}


def test_ctrl_c_while_a_job_runs_tells_how_to_go_on(environment: Served, start: Start, tmp_path: Path) -> None:
    """Exit code 130, the job's id, and neither a file of rejected rows nor a temporary one."""
    environment.ask(lambda server: server.faults.add(StallJob(), on="lists.create"))
    path = many(tmp_path / "many.csv", 3)
    process = start("upload", "Stalled", path, "--rejects", tmp_path / "rejects.csv")
    assert process.stderr is not None
    assert process.stderr.readline().endswith(": pending\n")
    code, out, err = interrupt(process)
    assert (code, out) == (130, "")
    assert "To see how it ends: asyncsdk job " in err
    assert err.splitlines()[-1] == "asyncsdk: interrupted"
    assert "Traceback" not in err
    assert [each.name for each in tmp_path.iterdir()] == ["many.csv"]


def test_the_emulator_serves_until_ctrl_c(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it prints is what another command needs; Ctrl-C is its regular end."""
    process = start("emulator", "--port", "0")
    assert process.stdout is not None
    select.select([process.stdout], [], [], 10)
    lines = [process.stdout.readline().strip() for _ in range(6)]
    assert lines[0].startswith("Listening on http://127.0.0.1:")
    exported = dict(line.removeprefix("export ").split("=", 1) for line in lines[1:])
    for name, value in exported.items():
        monkeypatch.setenv(name, value)
    out, _ = start("lists", "--json").communicate(timeout=15)
    assert json.loads(out) == []
    code, _, err = interrupt(process)
    assert (code, err) == (0, "")


def test_a_port_that_is_taken(environment: Served, start: Start) -> None:
    """Exit code 2 and one line."""
    port = environment.server.url.rpartition(":")[2]
    process = start("emulator", "--port", port)
    out, err = process.communicate(timeout=15)
    assert (process.returncode, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("asyncsdk: cannot serve on")


def test_a_reader_that_leaves_early_is_no_error(environment: Served, start: Start) -> None:
    """``asyncsdk lists | head`` ends quietly."""
    process = start("lists")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(15), err) == (0, "")


def test_without_the_extra_one_line_tells_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The library works without cyclopts and rich; the command line says what it lacks."""
    monkeypatch.setattr(cli, "NEEDED", ("cyclopts", "a_package_that_nobody_has"))
    assert cli.main(["lists"]) == 2
    told = capsys.readouterr()
    assert told.err == 'asyncsdk: the command line needs more packages: pip install "asyncsdk[cli]"\n'
    assert told.out == ""


def test_the_library_does_not_import_the_extra() -> None:
    """``import asyncsdk`` and its command line's entry point stay as light as they can be."""
    program = "import sys, asyncsdk, asyncsdk.cli; sys.exit(bool({'cyclopts', 'rich'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603 - ours


def test_progress_in_a_pipe_is_a_few_lines_on_stderr(environment: Served, start: Start, tmp_path: Path) -> None:
    """Two seconds pass before the first, and stdout holds the result only."""
    list_id = environment.new_list("Email")
    process = start("upsert", list_id, many(tmp_path / "many.csv", 14), "--json")
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert 1 <= len(err.splitlines()) <= 2
    assert all(line.startswith("Saving: ") for line in err.splitlines())
    assert json.loads(out)["saved"] == 14
