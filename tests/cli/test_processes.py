"""The command in a process of its own: Ctrl-C, pipes, and the extra that is not installed."""

from __future__ import annotations

import json
import os
import select
import shlex
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncsdk import cli
from asyncsdk.emulator import Emulator, Hang, Pass, SlowJob, StallJob
from tests.cli.conftest import WHOLE_RUN, Run
from tests.cli.served import Served

pytestmark = pytest.mark.slow

Start = Callable[..., "subprocess.Popen[str]"]


def wait_until(true: Callable[[], bool]) -> None:
    """Look again and again, as long as a command may take."""
    late = time.monotonic() + WHOLE_RUN
    while not true():
        assert time.monotonic() < late
        time.sleep(0.02)


def interrupt(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Press Ctrl-C and wait for the end."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=180)
    return process.returncode, out, err


def hang_after(environment: Served, calls: int) -> None:
    """Leave upserts without an answer after so many: the command is surely at work when it is interrupted."""

    def script(server: Emulator) -> None:
        server.faults.add(Pass(), on="contacts.upsert", times=calls)
        server.faults.add(Hang(), on="contacts.upsert", times=1_000)

    environment.ask(script)


def many(path: Path, number: int) -> Path:
    """A file of so many good rows."""
    path.write_text("Email\n" + "".join(f"p{each}@example.com\n" for each in range(number)))
    return path


def test_ctrl_c_while_act_on_works_on_a_file(environment: Served, start: Start, tmp_path: Path) -> None:
    """Exit code 130 and the command to go on with, which awaits the same job: the file is not uploaded twice."""
    list_id = environment.new_list("Email")
    environment.ask(lambda server: server.faults.add(SlowJob(0.5, 600.0), on="lists.merge"))
    path = many(tmp_path / "many.csv", 500)
    uploads, looks = environment.count("lists.merge"), environment.count("lists.upload_status")
    process = start("upsert", list_id, path, "--rejects", tmp_path / "rejects.csv", "--json")
    wait_until(lambda: environment.count("lists.upload_status") > looks)
    code, out, err = interrupt(process)
    assert code == 130
    assert "Traceback" not in err
    last = err.splitlines()[-1]
    assert last.startswith("asyncsdk: interrupted. To go on from ")
    journal = tmp_path / f"many.csv.{list_id}.journal"
    told = json.loads(out)
    assert (told["exit"], told["journal"]) == (130, str(journal))
    assert f"asyncsdk: {told['error']}" == last
    assert last.endswith(f": {shlex.join(told['go_on'])}")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["many.csv", journal.name]
    assert journal.stat().st_mode & 0o077 == 0
    environment.ask(lambda server: server.clock.advance(601.0))  # the job is done meanwhile
    out, err = start(*shlex.split(last.rpartition(": asyncsdk ")[2]), "--json").communicate(timeout=WHOLE_RUN)
    assert {"rows": 500, "created": 500, "unknown": 0, "journal": None}.items() <= json.loads(out).items()
    assert "Going on where" in err
    assert environment.count("lists.merge") - uploads == 1
    assert len(environment.emails(list_id)) == 500
    assert sorted(each.name for each in tmp_path.iterdir()) == ["many.csv", "rejects.csv", "rejects.reasons.csv"]


def test_ctrl_c_between_rows(environment: Served, start: Start, tmp_path: Path) -> None:
    """The same command again goes on by itself: rows that were saved are not sent again."""
    list_id = environment.new_list("Email")
    path = many(tmp_path / "many.csv", 12)
    hang_after(environment, 4)
    process = start("upsert", list_id, path, "--via", "records")
    wait_until(lambda: len(environment.emails(list_id)) == 4)
    code, _, err = interrupt(process)
    environment.ask(lambda server: server.faults.clear())
    assert (code, "To go on from" in err) == (130, True)
    saved, calls = len(environment.emails(list_id)), environment.count("contacts.upsert")
    out, err = start("upsert", list_id, path, "--json").communicate(timeout=WHOLE_RUN)
    assert "Going on where" in err
    assert json.loads(out)["rows"] == 12 == len(environment.emails(list_id))
    assert environment.count("contacts.upsert") - calls <= 12 - saved + 5


@pytest.mark.parametrize(
    ("signals", "code"),
    [
        ([signal.SIGTERM], 143),
        ([signal.SIGHUP, signal.SIGHUP], 129),  # a shell and its terminal hang up both
    ],
)
def test_other_signals_end_a_run_like_ctrl_c(
    environment: Served, start: Start, tmp_path: Path, signals: list[signal.Signals], code: int
) -> None:
    """A time limit or a closed terminal: the exit code of the signal, and the command to go on with."""
    list_id = environment.new_list("Email")
    path = many(tmp_path / "many.csv", 40)
    hang_after(environment, 1)
    process = start("upsert", list_id, path, "--via", "records")
    wait_until(lambda: len(environment.emails(list_id)) == 1)
    for each in signals:
        process.send_signal(each)
    _, err = process.communicate(timeout=180)
    environment.ask(lambda server: server.faults.clear())
    assert process.returncode == code
    journal = tmp_path / f"many.csv.{list_id}.journal"
    go_on = shlex.join(["asyncsdk", "upsert", list_id, str(path), "--resume"])
    assert err.splitlines()[-1] == f"asyncsdk: interrupted. To go on from {journal}: {go_on}"
    assert journal.is_file()


def test_what_a_shell_has_set_to_be_ignored_stays_ignored(environment: Served, tmp_path: Path) -> None:
    """As ``nohup`` does: the run goes on when the terminal is closed."""
    list_id = environment.new_list("Email")
    path = many(tmp_path / "many.csv", 40)
    hang_after(environment, 1)
    line = shlex.join([sys.executable, "-m", "asyncsdk", "upsert", list_id, str(path), "--via", "records"])
    with subprocess.Popen(f"trap '' HUP; exec {line}", shell=True, stderr=subprocess.DEVNULL) as process:  # noqa: S602 - ours
        wait_until(lambda: len(environment.emails(list_id)) == 1)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 143
    environment.ask(lambda server: server.faults.clear())


def test_a_second_ctrl_c_ends_it_at_once(environment: Served, start: Start, tmp_path: Path) -> None:
    """The first one waits for what must not be lost, such as a new token; the second one does not."""
    list_id = environment.new_list("Email")
    environment.ask(lambda server: server.faults.add(Hang(), on="token"))
    path = many(tmp_path / "many.csv", 3)
    logins = environment.count("token")
    process = start("upsert", list_id, path)
    wait_until(lambda: environment.count("token") > logins)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    code, _, err = interrupt(process)
    assert (code, "Traceback" in err) == (-signal.SIGINT, False)
    out, _ = start("upsert", list_id, path, "--json").communicate(timeout=WHOLE_RUN)
    assert json.loads(out)["created"] == 3
    assert [each.name for each in tmp_path.iterdir()] == ["many.csv"]


@pytest.mark.parametrize("slow", ["aiohttp", "cyclopts"])
def test_ctrl_c_while_it_starts(
    environment: Served, start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, slow: str
) -> None:
    """While modules load: exit code 130 and one line, no traceback."""
    (tmp_path / f"{slow}.py").write_text(
        "import time\nprint('loading', flush=True)\nwhile True:\n    time.sleep(0.01)\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    process = start("lists", "--json")
    assert process.stdout is not None
    assert process.stdout.readline() == "loading\n"
    code, out, err = interrupt(process)
    assert (code, err) == (130, "asyncsdk: interrupted\n")
    assert json.loads(out) == {"error": "interrupted", "exit": 130, "journal": None, "go_on": None}


def test_ctrl_c_while_a_job_runs_tells_how_to_go_on(environment: Served, start: Start, tmp_path: Path) -> None:
    """Exit code 130, the job's id, and neither a file of rejected rows nor a temporary one."""
    environment.ask(lambda server: server.faults.add(StallJob(), on="lists.create"))
    path = many(tmp_path / "many.csv", 3)
    process = start("upload", "Stalled", path, "--rejects", tmp_path / "rejects.csv", "--json")
    assert process.stderr is not None
    assert process.stderr.readline().endswith(": pending\n")
    code, out, err = interrupt(process)
    told = json.loads(out)
    assert (code, told["error"], told["exit"], told["journal"]) == (130, "interrupted", 130, None)
    assert f"To see how it ends: {shlex.join(told['go_on'])}\n" in err
    assert told["go_on"][:2] == ["asyncsdk", "job"]
    assert err.splitlines()[-1] == "asyncsdk: interrupted"
    assert "Traceback" not in err
    assert [each.name for each in tmp_path.iterdir()] == ["many.csv"]


def test_the_emulator_serves_until_ctrl_c(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it prints is what another command needs; Ctrl-C is its regular end."""
    process = start("emulator", "--port", "0")
    assert process.stdout is not None
    select.select([process.stdout], [], [], 10)
    lines = [process.stdout.readline().strip() for _ in range(7)]
    assert lines[0].startswith("Listening on http://127.0.0.1:")
    assert lines[1] == f"Console: {lines[0].removeprefix('Listening on ')}/"
    exported = dict(line.removeprefix("export ").split("=", 1) for line in lines[2:])
    for name, value in exported.items():
        monkeypatch.setenv(name, value)
    out, _ = start("lists", "--json").communicate(timeout=WHOLE_RUN)
    assert json.loads(out) == []
    code, _, err = interrupt(process)
    assert (code, err) == (0, "")


def test_an_emulator_that_cannot_be_served(environment: Served, run: Run, tmp_path: Path) -> None:
    """A port that is taken and a file that is no database: exit code 2 and one line, with the extra or without."""
    taken = ("--port", environment.server.url.rpartition(":")[2])
    odd = tmp_path / "odd"
    odd.write_text("no database at all, but long enough to be looked at " * 20)
    run("emulator", *taken).complains(2, "the port is in use. --port 0 takes any that is free.")
    run("emulator", "--port", "0", "--db", odd).complains(2, "--db ")
    alone = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "asyncsdk.emulator", *taken],
        check=False,
        capture_output=True,
        text=True,
        timeout=WHOLE_RUN,
    )
    assert (alone.returncode, alone.stdout, alone.stderr.count("\n")) == (2, "", 1)


def test_a_reader_that_leaves_early_is_no_error(environment: Served, start: Start) -> None:
    """``asyncsdk lists | head`` ends quietly."""
    process = start("lists")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), err) == (0, "")


def test_without_the_extra_one_line_tells_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The library works without cyclopts and rich; the command line says what it lacks."""
    monkeypatch.setitem(sys.modules, "rich", None)  # which is how Python notes that there is none
    assert cli.main(["lists"]) == 2
    told = capsys.readouterr()
    assert told.err == 'asyncsdk: the command line needs more packages: pip install "rich>=15"\n'
    assert told.out == ""


def test_what_the_command_line_asks_for_is_what_the_extra_holds() -> None:
    """The line names packages, for the extra can be had from a checkout only; they are the extra's own."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert list(cli.NEEDED.values()) == project["optional-dependencies"]["cli"]


def test_the_library_does_not_import_the_extra() -> None:
    """``import asyncsdk`` and its command line's entry point stay as light as they can be."""
    program = "import sys, asyncsdk, asyncsdk.cli; sys.exit(bool({'cyclopts', 'rich'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603 - ours


def test_progress_in_a_pipe_is_a_few_lines_on_stderr(environment: Served, start: Start, tmp_path: Path) -> None:
    """Two seconds pass before each, and stdout holds the result only."""
    list_id = environment.new_list("Email")
    began = time.monotonic()
    process = start("upsert", list_id, many(tmp_path / "many.csv", 12), "--via", "records", "--json")
    out, err = process.communicate(timeout=WHOLE_RUN)
    assert process.returncode == 0
    assert 1 <= len(err.splitlines()) <= (time.monotonic() - began) / 2
    assert all(line.startswith("Sending: ") for line in err.splitlines())
    assert json.loads(out)["created"] == 12
