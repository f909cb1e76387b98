"""Help: of each command, of the exit codes, and of the shell that completes them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from asyncsdk import TABLE
from asyncsdk.cli.exit_codes import Exit
from tests.cli.conftest import Run

COMMANDS = (
    "call",
    "completion",
    "demo",
    "download",
    "emulator",
    "fleet",
    "fleet dead-letters",
    "help",
    "job",
    "lists",
    "login",
    "logout",
    "queue",
    "queue drain",
    "queue status",
    "upload",
    "upsert",
    "usage",
    "whoami",
)


def test_help_names_every_command(run: Run) -> None:
    """``--help`` is enough to find one's way, and says where the exit codes are told."""
    ended = run("--help")
    assert ended.code == 0
    for command in (*COMMANDS, "--version"):
        assert command.split()[0] in ended.out
    assert ended.out.endswith("\nExit codes: asyncsdk help exit-codes\n")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["", *COMMANDS, "call contacts.upsert"])
def test_help_fits_a_screen(run: Run, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """The help of a command has less than 40 lines of 80 characters, and ``help`` shows the same."""
    monkeypatch.setenv("COLUMNS", "80")
    asked = run(*command.split(), "--help")
    assert asked.code == 0
    assert len(asked.out.splitlines()) < 40
    assert run("help", *command.split()).out == asked.out


def test_exit_codes_are_told(run: Run) -> None:
    """Each one, with what it means."""
    told = run("help", "exit-codes").out.splitlines()[1:]
    assert [int(line.split()[0]) for line in told] == list(Exit)


def test_a_misspelt_topic_is_told(run: Run) -> None:
    """With the nearest command."""
    run("help", "upserts").complains(2, "There is no command upserts. Did you mean upsert?")
    run("help", "queue", "nope").complains(2, "There is no command queue nope.")
    run("help", "call", "lists.nope").complains(2, "There is no call 'lists.nope'")


def test_help_of_call_names_each_namespace(run: Run) -> None:
    """And where the calls of one are listed."""
    lines = run("call", "--help").out.splitlines()
    assert "asyncsdk call NAMESPACE" in "\n".join(lines)
    for namespace in {name.partition(".")[0] for name in TABLE}:
        assert any(line.startswith(f"  {namespace} ") for line in lines)


@pytest.mark.slow
def test_a_shell_completes_commands(run: Run, tmp_path: Path) -> None:
    """The script for bash completes the names of commands; the others are there, and nothing else is."""
    script = tmp_path / "completion"
    script.write_text(run("completion", "bash").out)
    words = "COMP_WORDS=(asyncsdk who); COMP_CWORD=1; _asyncsdk; echo ${COMPREPLY[@]}"
    shown = subprocess.run(  # noqa: S603 - our own script
        ["bash", "-c", f"source {script}; {words}"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "whoami\n"
    assert run("completion", "zsh").out.startswith("#compdef asyncsdk")
    assert "complete -c asyncsdk" in run("completion", "fish").out
    assert run("completion", "csh").code == 2
