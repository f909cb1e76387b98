"""``-`` in place of a file: rows from standard input, and a list on standard output."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import WHOLE_RUN, Ended, Run
from tests.cli.served import Served

Feed = Callable[..., Ended]

JSON = b'{"Email": "ada@example.com"}\n{"Email": "grace@example.com"}\n'
CSV = b"Email,First Name\nada@example.com,Ada\ngrace@example.com,Grace\n"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def feed(run: Run, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Feed:
    """Runs a command with this on standard input; nothing of it may be left afterwards."""

    def feed(content: bytes, *arguments: object) -> Ended:
        reader, writer = os.pipe()
        os.write(writer, content)
        os.close(writer)
        with os.fdopen(reader) as stdin, monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", stdin)
            ended = run(*arguments)
        assert list(scratch.iterdir()) == []
        return ended

    return feed


@pytest.mark.slow
@pytest.mark.parametrize("content", [CSV, JSON, b"\xef\xbb\xbf \n" + JSON])
def test_rows_come_from_standard_input(feed: Feed, environment: Served, tmp_path: Path, content: bytes) -> None:
    """CSV, or JSON Lines where it begins with a brace; to a new list and to one that is there."""
    made = feed(content, "upload", "Leads", "-", "--json")
    assert (made.code, made.value["appended"]) == (0, 2)
    list_id = environment.new_list("Email", "First Name")
    told = feed(content, "upsert", list_id, "-", "--journal", tmp_path / "journal", "--json")
    assert (told.code, told.value["created"]) == (0, 2)
    assert environment.emails(list_id) == ["ada@example.com", "grace@example.com"]
    again = feed(content, "upsert", list_id, "-", "--journal", tmp_path / "journal")
    assert "sent everything: nothing is sent again" in again.err
    assert feed(content, "upsert", list_id, "-", "--plan").code == 0


def test_standard_input_that_holds_no_rows_is_refused(feed: Feed) -> None:
    """As an empty file is."""
    feed(b"", "upload", "Leads", "-").complains(2, "is empty")


@pytest.mark.slow
def test_a_list_goes_to_standard_output(run: Run, environment: Served, scratch: Path) -> None:
    """Only the list is on stdout; what is told is on stderr, and there is no JSON beside it."""
    list_id = environment.ask(lambda server: server.add_list("L", ["Email"], [["ada@example.com"]]))
    command = [sys.executable, "-W", "error", "-m", "asyncsdk", "download", list_id, "-"]
    ended = subprocess.run(command, capture_output=True, check=True, timeout=WHOLE_RUN)  # noqa: S603 - ours
    assert ended.stdout.decode("utf-8-sig").splitlines()[0].endswith("Email")
    assert b"ada@example.com" in ended.stdout
    assert b"1 records, " in ended.stderr
    assert list(scratch.iterdir()) == []
    run("download", "l-9999", "-").complains(4, "")
    assert "leave one of them out" in run("download", list_id, "-", "--json").value["error"]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_it_is_read_leaves_nothing(
    environment: Served, scratch: Path, number: signal.Signals, code: int
) -> None:
    """A program that still writes its rows is not waited for, and no contact stays on the disk."""
    command = [sys.executable, "-m", "asyncsdk", "upload", "Leads", "-"]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(CSV)
        process.stdin.flush()
        while not list(scratch.rglob("stdin.csv")):
            assert process.poll() is None
        process.send_signal(number)
        assert process.wait(WHOLE_RUN) == code
        assert process.stderr.read() == b"asyncsdk: interrupted\n"
    assert list(scratch.iterdir()) == []


@pytest.mark.slow
def test_a_signal_while_rows_are_checked_leaves_nothing(environment: Served, scratch: Path) -> None:
    """Many rows take a while to check: no contact stays on the disk then, either."""
    command = [sys.executable, "-m", "asyncsdk", "upload", "Leads", "-"]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write(JSON * 100_000)
        process.stdin.close()
        while not list(scratch.rglob("stdin.jsonl")):  # it is called so when all is read
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(WHOLE_RUN) == 143
    assert list(scratch.iterdir()) == []
