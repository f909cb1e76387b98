"""stdout and stderr that nobody reads, or that were never opened: the work and its exit code stay the same."""

from __future__ import annotations

import json
import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncsdk.cli.output import progress_bar as progress
from tests.cli.conftest import WHOLE_RUN, Ended, Run
from tests.cli.served import Served

pytestmark = pytest.mark.slow

Start = Callable[..., "subprocess.Popen[str]"]


def many(path: Path, number: int) -> Path:
    """A file of so many good rows."""
    path.write_text("Email\n" + "".join(f"p{each}@example.com\n" for each in range(number)))
    return path


def in_a_shell(arguments: list[object], redirections: str) -> Ended:
    """Run a command with what a shell can do to its streams."""
    line = shlex.join([sys.executable, "-W", "error", "-m", "asyncsdk", *map(str, arguments)])
    ended = subprocess.run(  # noqa: S602 - our own program
        f"{line} {redirections}", shell=True, check=False, capture_output=True, text=True, timeout=WHOLE_RUN
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def test_a_reader_of_stderr_that_leaves(
    run: Run, environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``upsert ... 2>&1 | head -1`` sends every row, although nobody sees how far it is."""
    list_id = environment.new_list("Email")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stderr, monkeypatch.context() as patch:
        patch.setattr(progress, "FIRST_GAP", 0.0)  # a line for every row
        patch.setattr(sys, "stderr", stderr)
        ended = run("upsert", list_id, many(tmp_path / "many.csv", 4), "--via", "records", "--json")
    assert (ended.code, ended.value["created"], len(environment.emails(list_id))) == (0, 4, 4)
    assert [each.name for each in tmp_path.iterdir()] == ["many.csv"]


def test_a_terminal_that_is_closed(environment: Served, tmp_path: Path) -> None:
    """The bar is no longer drawn, and every row is sent."""
    list_id = environment.new_list("Email")
    screen, stderr = pty.openpty()
    command = [sys.executable, "-m", "asyncsdk", "upsert", list_id, str(many(tmp_path / "many.csv", 12))]
    with subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--via", "records", "--json"], stdout=subprocess.PIPE, stderr=stderr, text=True
    ) as process:
        os.close(stderr)
        seen = b""
        while b"Sending" not in seen:
            seen += os.read(screen, 1000)
        os.close(screen)
        try:
            out, _ = process.communicate(timeout=WHOLE_RUN)
        finally:
            process.kill()
    assert json.loads(out)["created"] == 12
    assert process.returncode == 0


def test_a_narrow_terminal(environment: Served, tmp_path: Path) -> None:
    """The counts are told where there is no room for a bar."""
    list_id = environment.new_list("Email")
    screen, stderr = pty.openpty()
    command = [sys.executable, "-m", "asyncsdk", "upsert", list_id, str(many(tmp_path / "many.csv", 12))]
    with subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--via", "records"],
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        env={**os.environ, "COLUMNS": "20"},
    ) as process:
        os.close(stderr)
        seen = b""
        while b"/12 Sending" not in seen:
            seen += os.read(screen, 1000)
        process.kill()
    os.close(screen)


def test_streams_that_were_never_opened(environment: Served, tmp_path: Path) -> None:
    """Nothing is said there, and nothing else takes their place: neither the journal nor a result."""
    list_id, path = environment.new_list("Email"), many(tmp_path / "many.csv", 2)
    ended = in_a_shell(["upsert", list_id, path, "--json"], "<&- >&- 2>&-")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert len(environment.emails(list_id)) == 2
    refused = in_a_shell(["upsert", list_id, path, "--resume"], "2>&-")
    assert (refused.code, refused.out) == (2, "")


def test_a_reader_of_the_report_that_leaves(environment: Served, start: Start, contacts: Path) -> None:
    """What became of the rows is known by the exit code: 1, as two of them were rejected."""
    list_id = environment.new_list("E-mail Address", "First Name", "Company")
    process = start("upsert", list_id, contacts)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), err) == (1, "")


def test_a_reader_of_what_comes_page_by_page_that_leaves(environment: Served, start: Start) -> None:
    """``call ... --all | head -1`` makes no calls for nobody, and ends quietly."""
    environment.ask(lambda server: [server.add_list(f"List {each}", ["Email"]) for each in range(30)])
    calls = environment.count("lists.all")
    process = start("call", "lists.all", "--count", 1, "--all", "--json")
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), err) == (0, "")
    assert environment.count("lists.all") - calls < 30


def test_a_disk_that_is_full_under_the_result(environment: Served) -> None:
    """It is said once, and is an error: the result is lost."""
    ended = in_a_shell(["lists", "--json"], "> /dev/full")
    assert (ended.code, ended.err) == (2, "asyncsdk: No space left on device\n")
