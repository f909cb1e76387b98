"""An emulator for the whole folder, and commands that run in this process or in one of their own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from asyncsdk.cli import main
from tests.cli.served import Served, served

WHOLE_RUN = 180.0
"""Seconds that a command may take from its start to its end, on a busy machine, too."""


@frozen
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """What ``--json`` gave."""
        return json.loads(self.out)

    def complains(self, code: int, words: str) -> None:
        """It ended with this code, one line on stderr, nothing on stdout and no traceback."""
        assert self.code == code, self
        assert self.out == ""
        assert self.err.count("\n") == 1
        assert self.err.startswith("asyncsdk: ")
        assert words in self.err

    def ends_with(self, code: int, words: str) -> str:
        """The same, but for lines of progress on stderr; gives the last line."""
        assert self.code == code, self
        assert self.out == ""
        assert "Traceback" not in self.err
        last = self.err.splitlines()[-1]
        assert last.startswith("asyncsdk: ")
        assert words in last
        return last


Run = Callable[..., Ended]


def command_to_go_on(line: str) -> list[str]:
    """The words of the command that a line ends with."""
    program, *words = shlex.split(line.rpartition(": ")[2])
    assert program == "asyncsdk"
    return words


@pytest.fixture(scope="session")
def emulator() -> Generator[Served]:
    """One emulator for all tests of this folder."""
    with served() as running:
        yield running


@pytest.fixture
def environment(emulator: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Served:
    """The emulator, with nothing scripted, and its credentials in the environment; nobody is signed in."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in [name for name in os.environ if name.startswith("ACTON_")]:
        monkeypatch.delenv(name)
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    emulator.ask(lambda server: server.faults.clear())
    return emulator


@pytest.fixture
def run(environment: Served, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, which saves the time to start one."""

    def run(*arguments: object) -> Ended:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run


@pytest.fixture
def start(environment: Served) -> Generator[Callable[..., subprocess.Popen[str]]]:
    """Starts a command in a process of its own, which is gone when the test ends."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "error", "-m", "asyncsdk", *map(str, arguments)]
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:  # which closes its pipes
            process.kill()


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    """A file as Excel writes it: a byte order mark, CRLF, five rows, of which three can be used."""
    path = tmp_path / "contacts.csv"
    path.write_bytes(
        b"\xef\xbb\xbf"
        + "\r\n".join(
            [
                "E-mail Address,First Name,Company",
                'ada@example.com,Ada,"Babbage, Lovelace ""& Co"""',
                ",Nobody,Nowhere",
                "zoë@example.com,Zoë,太极传媒有限公司",
                "x y@example.com,Blank,Within",
                "bob+news@example.com,Bob,",
                "",
            ]
        ).encode()
    )
    return path
